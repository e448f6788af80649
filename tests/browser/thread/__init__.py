"""A conversation as a whole: long ones, the place where one reads, and paper."""
