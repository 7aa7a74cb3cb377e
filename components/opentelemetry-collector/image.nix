{staticImage}: staticImage ["otelcol"]
