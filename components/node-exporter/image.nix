{staticImage}: staticImage ["node_exporter"]
