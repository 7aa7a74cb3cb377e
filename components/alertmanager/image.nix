{staticImage}: staticImage ["alertmanager"]
