// Prints lines as one of Go's loggers writes them: desk LOGGER.
package main

import (
	"context"
	"errors"
	"flag"
	"log"
	"log/slog"
	"os"

	kit "github.com/go-kit/log"
	"github.com/go-kit/log/level"
	"github.com/golang/glog"
	"github.com/hashicorp/go-hclog"
	"github.com/rs/zerolog"
	"github.com/sirupsen/logrus"
	"go.uber.org/zap"
	"k8s.io/klog/v2"
)

func main() {
	switch os.Args[1] {
	case "log":
		log.Println("order refused")
		log.Println("ok")
	case "slog":
		slog.Error("order refused", "symbol", "ACME")
		slog.New(slog.NewTextHandler(os.Stderr, nil)).Error("order refused", "symbol", "ACME")
		json := slog.New(slog.NewJSONHandler(os.Stderr, nil))
		json.Error("order refused", "symbol", "ACME")
		json.Log(context.Background(), slog.LevelError+4, "halted")
	case "zap":
		logger, _ := zap.NewProduction()
		logger.Error("order refused", zap.Error(errors.New("no book")))
		logger.DPanic("halted")
	case "zerolog":
		logger := zerolog.New(os.Stderr).With().Timestamp().Logger()
		logger.Error().Str("symbol", "ACME").Msg("order refused")
		logger.WithLevel(zerolog.FatalLevel).Msg("halted")
		console := logger.Output(zerolog.ConsoleWriter{Out: os.Stderr})
		console.Error().Msg("order refused")
	case "logrus":
		logrus.Error("order refused")
		logrus.Warn("slow")
		logrus.SetFormatter(&logrus.JSONFormatter{})
		logrus.Warn("slow")
	case "klog":
		klog.Error("order refused")
		klog.InfoS("ok", "symbol", "ACME")
		klog.Flush()
		flag.CommandLine.Parse([]string{"-logtostderr"})
		glog.Error("order refused")
		glog.Flush()
	case "hclog":
		hclog.Default().Error("order refused", "symbol", "ACME")
		hclog.New(&hclog.LoggerOptions{JSONFormat: true}).Error("order refused")
	case "kit":
		level.Error(kit.NewLogfmtLogger(os.Stderr)).Log("msg", "order refused")
		level.Warn(kit.NewJSONLogger(os.Stderr)).Log("msg", "slow")
	case "panic":
		match(nil, "ACME")
	}
}

//go:noinline
func match(book map[string]int, symbol string) {
	book[symbol] = 1
}
