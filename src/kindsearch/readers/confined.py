"""What a child process begins with: ``python -m kindsearch.readers.confined LIMITS MODULE REQUEST``.

It gives itself the limits, then becomes ``MODULE``. That is done here and not between fork and exec, because a server
has threads, and what runs there after a fork may wait for ever for a lock that another thread held.
"""

from __future__ import annotations

import json
import runpy
import sys


def confine(seconds: int, memory_bytes: int) -> None:
    """Limit this process. Where the platform has no such limits the clock of the parent still holds."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Become the module that the command line names."""
    _, limits, module, request = sys.argv
    allowed = json.loads(limits)
    confine(allowed["seconds"], allowed["memory_bytes"])
    sys.argv = [module, request]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
