/** Choices that there are, with how many each has: `Available 3`. A chosen one stays, with none. */
export function countedOptions<Value extends string>(
  looks: Record<Value, { label: string }>,
  values: readonly Value[],
  chosen: readonly string[],
): [value: Value, label: string][] {
  const all = Object.keys(looks) as Value[]; // the keys of a Record of them
  return all.flatMap((value): [Value, string][] => {
    const count = values.filter((one) => one === value).length;
    if (count === 0 && !chosen.includes(value)) return [];
    return [[value, `${looks[value].label} ${count}`]];
  });
}
