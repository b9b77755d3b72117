# SPDX-License-Identifier: MIT
class Error(Exception):
    """A negative errno, by its name, and what stood in the way."""

    def __init__(self, name, obstacles=()):
        super().__init__(name)
        self.name = name
        self.obstacles = list(obstacles)
