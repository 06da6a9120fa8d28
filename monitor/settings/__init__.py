"""The only reader of configuration: YAML files and environment in, one frozen `Config` out, or every problem placed.

    config = load_config(directory)          # raises ConfigError, carrying all problems
    problems = check_config(directory)       # warnings included
    written = init_config(target)            # the shipped files, for editing

Never writes to a configuration (`init_config` makes a new one; `config_edit` changes one), never opens a network
connection or a database.
"""

from monitor.settings.daemon import DaemonSettings
from monitor.settings.folders import init_config, seed_files, stamp_of
from monitor.settings.loading import Config, check_config, load_config, read_config

__all__ = [
    "Config",
    "DaemonSettings",
    "check_config",
    "init_config",
    "load_config",
    "read_config",
    "seed_files",
    "stamp_of",
]
