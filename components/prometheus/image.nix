{staticImage}: staticImage ["prometheus"]
