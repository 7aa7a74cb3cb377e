# GitOps: the cluster has what a Git repository says, the one that this serves or one elsewhere.
{
  role = "gitops";
  optional = true;
  wave = "services";
  endpoint = "http://127.0.0.1:9418/platform.git";
  service = "http://gitops.gitops.svc:9464";
  process = "gitops";
  scrape = ["gitops"];
  seconds = 60;
}
