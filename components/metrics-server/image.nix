{staticImage}: staticImage ["metrics-server"]
