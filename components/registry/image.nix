{staticImage}: staticImage ["registry"]
