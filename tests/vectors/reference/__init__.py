# SPDX-License-Identifier: MIT
"""What include/vpasid/ says, implemented anew with Python's standard library alone.

It shows that the headers and data/vectors are enough to do that, and is written to be read.
"""
