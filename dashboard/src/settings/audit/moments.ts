/*
 * The API and the address have moments in UTC (RFC 3339); an input of the browser has them to the minute, by the clock
 * of whoever looks.
 */

/** "" for what is no moment. */
export function toInput(moment: string): string {
  const time = new Date(moment);
  if (Number.isNaN(time.getTime())) return '';
  const two = (part: number) => String(part).padStart(2, '0');
  const year = String(time.getFullYear()).padStart(4, '0');
  const day = [year, two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${day}T${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** "" for what is not whole yet. */
export function fromInput(text: string): string {
  const time = new Date(text);
  return text === '' || Number.isNaN(time.getTime()) ? '' : time.toISOString();
}
