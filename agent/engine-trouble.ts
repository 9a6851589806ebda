import type { EngineRefusedError } from './docker/errors.ts';
import type { Step } from './plan.ts';
import type { Trouble } from './work.ts';

/** Moby's words when it has no runtime for a device request (daemon/devices.go); the API has no code for it. */
const noGpuRuntime = /could not select device driver/;
const wrongArchitecture = /exec format error/;
const portTaken = /address already in use|port is already allocated/;

/** The engine refuses the body of a container, for anything but its name. */
export function createTrouble(error: EngineRefusedError): Trouble {
  const gone = error.status === 404;
  return {
    state: gone || error.status >= 500 ? 'restarting' : 'failed',
    reason: gone ? 'image_not_found' : 'create_failed',
    message: `The engine cannot make the container: ${error.message}`,
    from_engine: true,
    lines: [],
  };
}

/** The engine refuses a step of this kind. */
export function refusedTrouble(step: Step['kind'], error: EngineRefusedError): Trouble {
  // The engine's own faults may pass; what it refuses it will refuse again, until somebody changes something.
  const state = error.status >= 500 ? 'restarting' : 'failed';
  const say = (reason: string, message: string): Trouble => ({
    state,
    reason,
    message,
    from_engine: true,
    lines: [],
  });
  switch (step) {
    case 'fetch':
      return say('image_pull_failed', `The image cannot be looked up: ${error.message}`);
    case 'launch':
    case 'start':
      if (noGpuRuntime.test(error.message)) {
        return {
          ...say(
            'gpu_runtime_missing',
            'The Docker engine cannot give GPUs to containers. Install the NVIDIA Container Toolkit on this host and restart the engine.',
          ),
          state: 'failed',
        };
      }
      if (wrongArchitecture.test(error.message)) {
        const why = `The image is not for this host's architecture: ${error.message}`;
        return { ...say('image_wrong_architecture', why), state: 'failed' };
      }
      if (portTaken.test(error.message)) {
        return { ...say('port_in_use', error.message), state: 'failed' };
      }
      return say('start_failed', `The engine cannot start the container: ${error.message}`);
    case 'stop':
      return say('stop_failed', `The engine cannot stop the container: ${error.message}`);
    case 'remove':
      return say('remove_failed', `The engine cannot remove the container: ${error.message}`);
  }
}
