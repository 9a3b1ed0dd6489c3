"""What a child process begins with: ``python -m kindsearch.readers.confined LIMITS MODULE``, its request on stdin.

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
    wanted = {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for limit, most in wanted.items():
        _, allowed = resource.getrlimit(limit)  # a process may lower what the system allows it, not raise it
        least = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
        resource.setrlimit(limit, (least, least))


def main() -> None:
    """Become the module that the command line names."""
    _, limits, module = sys.argv
    allowed = json.loads(limits)
    confine(allowed["seconds"], allowed["memory_bytes"])
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
