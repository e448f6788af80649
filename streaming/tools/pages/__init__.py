"""The pages of tools: servers for administrators, switches and approvals for everybody.

Front door: `urls`. What a server says of itself is shown as plain text.
"""
