{staticImage}: staticImage ["jaeger"]
