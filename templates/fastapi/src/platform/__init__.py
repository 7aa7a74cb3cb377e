"""What every service on Groundwork has: logs, traces, figures, health, secrets, events, a database.

These files are managed: `groundwork service update` brings their newer versions in.
Code of your own stands beside this folder.
"""
