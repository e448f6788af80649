"""What Chatsite is made of: known advisories, licences, and a list of parts (SBOM).

`make supply` runs it. The front door is `__main__`; `packages` reads the lock, `advisories` judges
what pip-audit found. Both are pure.
"""
