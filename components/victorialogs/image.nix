{staticImage}: staticImage ["victoria-logs"]
