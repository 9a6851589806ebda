#!/bin/sh
# Installs the Longshore agent on this machine, brings an installed one up to date, or takes it away:
#
#   curl -fsSL https://<control plane>/install.sh | sh -s -- --token lse_...
#   curl -fsSL https://<control plane>/install.sh | sh -s -- --help
#
# The control plane fills in its own address and the digest of the agent that it serves.

set -eu

# Everything is a function that the last line calls, so that a download that was cut does nothing.
main() {
  origin='@ORIGIN@'
  agent_sha256='@AGENT_SHA256@'

  program_folder=/opt/longshore
  program=$program_folder/longshore-agent.mjs
  config_folder=/etc/longshore
  config=$config_folder/agent.env
  state=/var/lib/longshore
  unit=/etc/systemd/system/longshore-agent.service

  action=install url='' token=${LONGSHORE_TOKEN:-} node='' models='' moved=no
  purge=no keep_containers=no service=auto given=''
  read_arguments "$@"

  umask 022
  [ "$(uname -s)" = Linux ] || fail "The agent runs on Linux; this is $(uname -s)."
  [ "$(id -u)" -eq 0 ] || fail 'Run this as root, such as: curl ... | sudo sh -s -- ...'
  if [ "$service" = auto ]; then
    if [ -d /run/systemd/system ]; then service=yes; else service=no; fi
  fi
  case $action in
    install) install_agent ;;
    uninstall) uninstall_agent ;;
  esac
}

usage() {
  cat <<'END'
Installs the Longshore agent. Run again it brings the agent up to date and keeps the host's identity and settings.

  --token TOKEN        of an enrolment; needed once (LONGSHORE_TOKEN). It is not kept
  --url URL            of the control plane; default: where this script came from
  --moved              the control plane that this machine is a host of is at another address now: keep that one
  --name NAME          of the host; default: the machine's name
  --address ADDRESS    that clients reach this machine at
  --ports FIRST-LAST   for instances; default 20000-20999
  --labels K=V,...     for placement
  --models FOLDER      where models are kept; default: models in /var/lib/longshore
  --no-link            poll only, no WebSocket
  --node FILE          the Node to run the agent with; default: the one in PATH
  --no-service         install no systemd service; says how to start the agent by hand

  --uninstall          stop the agent, stop and remove its containers, and remove the program
  --keep-containers    with --uninstall: let containers run on
  --purge              with --uninstall: remove its identity, settings and the models in /var/lib/longshore too

Proxies of the environment (HTTPS_PROXY, HTTP_PROXY, NO_PROXY) are used, and written down for the agent.
A policy in /etc/longshore/policy.yaml is yours: it is never written or removed.
END
}

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "longshore: $*"
  exit 1
}

read_arguments() {
  while [ $# -gt 0 ]; do
    flag=$1
    case $flag in
      --token | --url | --name | --address | --ports | --labels | --models | --node)
        [ $# -ge 2 ] || fail "$flag needs a value."
        case $flag in
          --token) token=$2 ;;
          --url) url=$(printf '%s' "$2" | sed 's:/*$::') ;;
          --node) node=$2 ;;
          --name) remember LONGSHORE_NAME "$2" ;;
          --address) remember LONGSHORE_ADDRESS "$2" ;;
          --ports) remember LONGSHORE_PORTS "$2" ;;
          --labels) remember LONGSHORE_LABELS "$2" ;;
          --models)
            case $2 in /*) ;; *) fail '--models must be an absolute path.' ;; esac
            models=$2
            remember LONGSHORE_MODELS "$2"
            ;;
        esac
        shift 2
        continue
        ;;
      --no-link) remember LONGSHORE_NO_LINK 1 ;;
      --no-service) service=no ;;
      --moved) moved=yes ;;
      --uninstall) action=uninstall ;;
      --keep-containers) keep_containers=yes ;;
      --purge) purge=yes ;;
      -h | --help)
        usage
        exit 0
        ;;
      *) fail "\"$flag\" is not understood. See --help." ;;
    esac
    shift
  done
  [ "$action" = uninstall ] || [ "$purge$keep_containers" = nono ] ||
    fail '--purge and --keep-containers go with --uninstall.'
}

# Settings for agent.env, one to a line. Both systemd and a shell read KEY='value' alike, and neither has a way to write
# a quote in it.
remember() {
  case $2 in
    *"'"* | *'
'*) fail "$1: quotes and line ends are not possible." ;;
  esac
  given="$given$1='$2'
"
}

install_agent() {
  [ -n "$url" ] || url=$origin
  case $url in
    http://?* | https://?*) ;;
    *) fail 'Give the address of the control plane with --url.' ;;
  esac
  case $(uname -m) in
    x86_64 | amd64 | aarch64 | arm64) ;;
    *) say "longshore: the agent was not tried on $(uname -m)." ;;
  esac
  find_node
  check_docker
  enrolled=no
  if [ -n "$(identity host_id)" ]; then enrolled=yes; fi
  [ "$enrolled" = yes ] || [ -n "$token" ] ||
    fail 'This machine is not enrolled. Make an enrolment token and give it with --token.'
  [ "$enrolled" = no ] || [ "$moved" = yes ] || [ "$(identity url)" = "$url" ] || refuse_other
  remember LONGSHORE_URL "$url"

  fetch_agent
  write_config
  # The state holds the host's secret.
  mkdir -p "$state"
  chmod 700 "$state"
  if [ "$enrolled" = yes ]; then
    [ "$moved" = no ] || with_config "$node" "$program" enroll --moved ||
      fail "The address in $state/identity.json cannot be changed."
    say 'longshore: this machine is enrolled already, and stays the host that it is.'
  else
    LONGSHORE_TOKEN=$token with_config "$node" "$program" enroll ||
      fail 'The enrolment failed; nothing was started. Run this again with a token that is valid.'
  fi
  with_config "$node" "$program" check >&2 ||
    say 'longshore: put right what is MISSING above; the agent looks again each minute.'

  if [ "$service" = yes ]; then
    install_service
    say "longshore: the agent $("$node" "$program" --version) runs as the service longshore-agent."
    say '  journalctl -u longshore-agent    what it says'
  else
    say "longshore: the agent $("$node" "$program" --version) is installed. There is no systemd here, or --no-service: start it by hand, as root:"
    say "  set -a; . $config; set +a; UV_THREADPOOL_SIZE=16 exec $node $program run"
  fi
}

# Of the machine's identity, which is one line of JSON; empty: it has none.
identity() {
  sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" "$state/identity.json" 2>/dev/null || true
}

refuse_other() {
  say "longshore: This machine is host $(identity host_id) of the control plane at $(identity url), not of $url. Nothing was changed."
  say "  If that control plane is at $url now, run this again with --moved."
  say '  To make this machine a host of another one, take the agent away first, with --uninstall --purge: its containers'
  say '  stop, and what it is to the other one is forgotten.'
  say '  For both at once, run a second agent by hand, with a folder of its own: longshore-agent run --state FOLDER ...'
  exit 1
}

# Node 20.19 or newer. Sets "node".
find_node() {
  [ -n "$node" ] || node=$(command -v node || command -v nodejs || true)
  hint='Install Node 20.19 or newer, such as from https://nodejs.org/en/download or your distribution, or name one with --node.'
  if [ -z "$node" ] || [ ! -x "$node" ]; then fail "There is no Node here. $hint"; fi
  "$node" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    fail "$node is $("$node" --version). $hint"
  case $node in
    *[!A-Za-z0-9._/@:+-]* | [!/]*) fail "--node must be an absolute path of plain characters; it is $node." ;;
  esac
  case $(readlink -f "$node" 2>/dev/null || echo "$node") in
    /home/* | /root/*)
      [ "$service" = no ] ||
        fail "$node is in a home folder, which the service has no part in. Install Node for the whole machine, or name another with --node."
      ;;
  esac
}

check_docker() {
  docker_host=${DOCKER_HOST:-unix:///var/run/docker.sock}
  case $docker_host in
    unix:///*) socket=${docker_host#unix://} ;;
    *) fail "DOCKER_HOST is $docker_host; the agent needs a socket on this machine (unix:///...)." ;;
  esac
  SOCKET=$socket "$node" -e '
    const call = require("node:http").get({ socketPath: process.env.SOCKET, path: "/_ping", timeout: 10000 }, (reply) => process.exit(reply.statusCode === 200 ? 0 : 1));
    call.on("error", () => process.exit(1)).on("timeout", () => process.exit(1));' ||
    fail "No Docker engine answers at $socket. Install and start it: https://docs.docker.com/engine/install"
  [ -z "${DOCKER_HOST:-}" ] || remember DOCKER_HOST "$DOCKER_HOST"
}

# Puts the agent in place once its digest is the one that this script came with.
fetch_agent() {
  mkdir -p "$program_folder"
  fresh=$(mktemp "$program_folder/.download.XXXXXX")
  trap 'rm -f "$fresh"' EXIT
  trap 'exit 1' HUP INT TERM
  download "$url/agent/longshore-agent.mjs" "$fresh" ||
    fail "The agent cannot be downloaded from $url (see above). Nothing was changed. Does this machine reach it, with the proxies that it needs?"
  found=$(FILE=$fresh "$node" -e 'console.log(require("node:crypto").createHash("sha256").update(require("node:fs").readFileSync(process.env.FILE)).digest("hex"))')
  [ "$found" = "$agent_sha256" ] ||
    fail "The agent from $url has the SHA-256 $found, not $agent_sha256 as this script says. Nothing was changed. If the control plane was updated just now, run this again."
  chmod 755 "$fresh"
  mv -f "$fresh" "$program"
}

# Neither waits for a server that takes the call and then says nothing, or next to nothing.
download() {
  if command -v curl >/dev/null; then
    curl -fsSL --retry 2 --connect-timeout 15 --speed-limit 1000 --speed-time 20 -o "$2" "$1"
  elif command -v wget >/dev/null; then
    wget -T 20 -O "$2" "$1"
  else
    fail 'Neither curl nor wget is here.'
  fi
}

# What is given takes the place of what was written before; the rest stays. Written whole, then put in place.
write_config() {
  # shellcheck disable=SC2016
  known_models=$(with_config sh -c 'printf %s "${LONGSHORE_MODELS:-}"')
  for name in HTTPS_PROXY HTTP_PROXY NO_PROXY https_proxy http_proxy no_proxy HF_ENDPOINT; do
    eval "value=\${$name:-}"
    # Its name is one of those above.
    # shellcheck disable=SC2154
    [ -z "$value" ] || remember "$name" "$value"
  done
  mkdir -p "$config_folder"
  fresh_config=$(mktemp "$config_folder/.agent.env.XXXXXX")
  chmod 600 "$fresh_config"
  if [ -f "$config" ]; then
    while IFS= read -r line || [ -n "$line" ]; do
      case "
$given" in
        *"
${line%%=*}="*) ;;
        *) printf '%s\n' "$line" ;;
      esac
    done <"$config" >"$fresh_config"
  fi
  printf '%s' "$given" >>"$fresh_config"
  mv -f "$fresh_config" "$config"
  # shellcheck disable=SC2016
  [ -n "$models" ] || models=$(with_config sh -c 'printf %s "${LONGSHORE_MODELS:-}"')
}

# Runs a program with the settings of agent.env, as the service does.
with_config() (
  set -a
  if [ -f "$config" ]; then
    # shellcheck disable=SC1090
    . "$config"
  fi
  exec "$@"
)

install_service() {
  home=yes paths=''
  if [ -n "$models" ]; then
    case $models in *[!A-Za-z0-9._/@:+-]*) fail "--models: the service cannot be given the path $models." ;; esac
    # A folder that was there before, and is not now, is on a disk that is away.
    [ "$models" = "$known_models" ] || mkdir -p "$models"
    paths="ReadWritePaths=-$models"
    case $models in /home/* | /root/* | /run/user/*) home=read-only ;; esac
  fi
  write_unit >"$unit.new"
  mv -f "$unit.new" "$unit"
  systemctl daemon-reload
  systemctl enable longshore-agent.service
  systemctl restart longshore-agent.service
}

# What is not here and could be: a user of its own, since who may use Docker's socket may do what root may, and the GPU
# tools of some vendors want root; MemoryDenyWriteExecute, which V8 cannot live with; PrivateDevices, which hides GPUs;
# ProcSubset, which hides the machine's memory and CPUs; RequiresMountsFor for the folder of models, since an agent whose
# disk is away still watches its containers. It starts once the mounts were tried (remote-fs.target), makes no folder in
# the place of a disk that is not there, and sees one that is mounted later.
write_unit() {
  cat <<END
# Written by install.sh of Longshore; settings are in $config.
[Unit]
Description=Longshore agent
Wants=network-online.target docker.service
After=network-online.target remote-fs.target docker.service
StartLimitIntervalSec=0

[Service]
EnvironmentFile=-$config
# When a disk hangs, each call to it holds a thread; the others are for what goes on.
Environment=UV_THREADPOOL_SIZE=16
# A driver whose device nodes nobody has made yet has no GPU to show; the agent itself may not make them. One that hangs
# is waited for no longer than 30 s, though not even a SIGKILL ends its program.
ExecStartPre=+-/bin/sh -c 'command -v nvidia-smi >/dev/null || exit 0; sleep 30 & s=\$\$!; (timeout -k 5 20 nvidia-smi -L; kill \$\$s) >/dev/null 2>&1 & wait \$\$s'
TimeoutStartSec=120
ExecStart=$node $program run
Restart=always
RestartSec=2
TimeoutStopSec=20
OOMScoreAdjust=-500
StateDirectory=longshore
StateDirectoryMode=0700
UMask=0022

NoNewPrivileges=yes
# To look at models that belong to others; it needs none to speak with Docker.
CapabilityBoundingSet=CAP_DAC_READ_SEARCH
AmbientCapabilities=
ProtectSystem=strict
ProtectHome=$home
$paths
PrivateTmp=yes
DevicePolicy=closed
DeviceAllow=char-* rw
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
KeyringMode=private
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
END
}

uninstall_agent() {
  # Not the file yet: it knows the Node that the agent has, should this have to run again.
  if [ -f "$unit" ] && has_systemd; then systemctl disable --now longshore-agent.service || true; fi
  containers=''
  [ "$keep_containers" = no ] || containers='its containers, which nobody watches any more'
  host=$(identity host_id)
  if [ "$keep_containers" = no ] && [ -n "$host" ]; then stop_containers; fi
  if [ -f "$unit" ]; then
    rm -f "$unit"
    if has_systemd; then systemctl daemon-reload; fi
  fi
  # shellcheck disable=SC2016
  models=$(with_config sh -c 'printf %s "${LONGSHORE_MODELS:-}"')
  rm -f "$program"
  rmdir "$program_folder" 2>/dev/null || true
  if [ "$purge" = yes ]; then
    rm -rf "$state"
    rm -f "$config"
    rmdir "$config_folder" 2>/dev/null || true
  fi
  say 'longshore: uninstalled. What remains:'
  [ ! -d "$state" ] || say "  $state    the host's identity and models (--uninstall --purge removes it)"
  [ ! -f "$config" ] || say "  $config    its settings (--uninstall --purge removes them)"
  [ -z "$models" ] || [ ! -d "$models" ] || say "  $models    its models; remove them yourself"
  [ ! -f "$config_folder/policy.yaml" ] || say "  $config_folder/policy.yaml    your policy"
  [ -z "$containers" ] || say "  $containers"
  say '  the images in Docker, and the host in the control plane until it is removed there'
}

has_systemd() { command -v systemctl >/dev/null && [ -d /run/systemd/system ]; }

# By the agent, or by Docker's own command where the agent or its Node is gone.
stop_containers() {
  find_own_node
  tried=no
  if [ -n "$node" ] && [ -f "$program" ]; then
    tried=yes
    if with_config "$node" "$program" stop-containers; then return; fi
  fi
  if command -v docker >/dev/null; then
    tried=yes
    if stop_by_docker; then return; fi
  fi
  [ "$tried" = no ] ||
    fail 'The containers of this host cannot be stopped. Start Docker and run this again, or add --keep-containers.'
  containers="its containers, since neither the agent's Node nor the docker command is here to stop them; where Docker's command is: docker ps -aq --filter label=dev.longshore.host=$host | xargs docker rm -f"
}

stop_by_docker() {
  ids=$(with_config docker ps -aq --filter "label=dev.longshore.host=$host" --filter label=dev.longshore.instance \
    --filter label=dev.longshore.generation --filter label=dev.longshore.spec-hash) || return 1
  for id in $ids; do
    # In the time that each was promised; one that is gone by now is as good.
    with_config docker stop "$id" >/dev/null || true
    with_config docker rm -f "$id" >/dev/null || return 1
  done
}

# Sets "node" to the one that is named, that the service has, or that is in PATH; empty: there is none.
find_own_node() {
  for found in "$node" "$(sed -n 's/^ExecStart=\([^ ]*\) .*/\1/p' "$unit" 2>/dev/null)" "$(command -v node || command -v nodejs || true)"; do
    node=$found
    if [ -n "$node" ] && [ -x "$node" ]; then return; fi
  done
  node=''
}

main "$@"
