// Kubernetes' six commands as one program: it runs the one by whose name it is called.
//
// Each comes from upstream's own constructor, and runs as its main function in k8s.io/kubernetes/cmd does; what those
// import for effect is imported here. The program's file is kubectl, which hands plugins the path of its own file; the
// other names are links to it.
package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	_ "time/tzdata" // time zones of CronJobs

	"github.com/spf13/pflag"
	_ "k8s.io/client-go/plugin/pkg/client/auth" // kubectl's ways to log in
	"k8s.io/component-base/cli"
	"k8s.io/component-base/logs"
	_ "k8s.io/component-base/logs/json/register"          // the log format json
	_ "k8s.io/component-base/metrics/prometheus/clientgo" // metrics of clients and queues
	_ "k8s.io/component-base/metrics/prometheus/version"  // the metric of the version
	kubectl "k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

// Each runs to its end and returns its exit code.
var commands = map[string]func() int{
	"kube-apiserver":          func() int { return cli.Run(apiserver.NewAPIServerCommand()) },
	"kube-controller-manager": func() int { return cli.Run(controllermanager.NewControllerManagerCommand()) },
	"kube-proxy":              runProxy,
	"kube-scheduler":          func() int { return cli.Run(scheduler.NewSchedulerCommand()) },
	"kubectl":                 runKubectl,
	"kubelet":                 func() int { return cli.Run(kubelet.NewKubeletCommand(context.Background())) },
}

func main() {
	name := filepath.Base(os.Args[0])
	run, known := commands[name]
	if !known {
		names := strings.Join(slices.Sorted(maps.Keys(commands)), ", ")
		fmt.Fprintf(os.Stderr, "error: Kubernetes has no command '%s'\nhint: call this program by one of its names: %s\n", name, names)
		os.Exit(2)
	}
	os.Exit(run())
}

func runProxy() int {
	// It offers all of Go's global flags as its own; here they are those of the kubelet's cAdvisor.
	flag.CommandLine = flag.NewFlagSet(os.Args[0], flag.ExitOnError)
	return cli.Run(proxy.NewProxyCommand())
}

func runKubectl() int {
	// It offers all of pflag's global flags as its own; here that is the servers' --version.
	pflag.CommandLine = pflag.NewFlagSet(os.Args[0], pflag.ExitOnError)
	// Its constructor logs already, before any flag is parsed. A verbosity that is no number is told by the parser.
	logs.GlogSetter(kubectl.GetLogVerbosity(os.Args))
	if err := cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand()); err != nil {
		// Tells it and ends the process.
		util.CheckErr(err)
	}
	return 0
}
