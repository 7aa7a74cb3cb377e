// Written by `UPDATE_TYPES=1 cargo test -p groundwork-console typescript` from the types of the console's server.

export type Behind = { topic: string, partition: number, committed: number | null, high: number, lag: number | null, };

/**
 * What the bus carries is bytes: text where it is text.
 */
export type Bytes = { "text": string } | { "base64": string };

export type Change = { time: string, type: string, reason: string, kind: string, namespace: string, name: string, message: string, count: number, };

export type Changes = { changes: Array<Change>, };

/**
 * One check's result.
 */
export type Check = { 
/**
 * The requirement that it proves, `REQ-0.1`.
 */
requirement: string, 
/**
 * What it proves, as a sentence.
 */
name: string, 
/**
 * Whether it does.
 */
passed: boolean, 
/**
 * What was measured, or why nothing could be.
 */
measured: string, 
/**
 * What must be measured for it to pass.
 */
bound: string, };

/**
 * A commit, in a person's words.
 */
export type Commit = { 
/**
 * Its hash, in hex.
 */
id: string, 
/**
 * The first line of its message.
 */
subject: string, 
/**
 * Who wrote it.
 */
author: string, 
/**
 * When it was committed.
 */
time: string, };

/**
 * A process of the node, its network or a workload.
 */
export type Component = { name: string, namespace: string | null, kind: Kind, state: State, reason: string | null, memory_bytes: number | null, restarts: number | null, since: string | null, };

/**
 * All that runs.
 */
export type Components = { components: Array<Component>, unavailable: Array<Unavailable>, };

export type Dashboard = { name: string, title: string, };

export type Dashboards = { dashboards: Array<Dashboard>, };

/**
 * A Git repository whose objects the cluster is to have.
 */
export type Followed = { 
/**
 * Where it is, without what only its owner may know.
 */
repository: string, 
/**
 * How far it is with the newest commit.
 */
state: FollowedState, 
/**
 * The newest commit, as far as it is known.
 */
commit: Commit | null, 
/**
 * How many objects the commit has; 0 until they have been read.
 */
objects: number, 
/**
 * What is waited for while they are being applied, in words.
 */
waiting: string | null, 
/**
 * Why the cluster does not have them, or why the repository cannot be asked.
 */
error: string | null, 
/**
 * What was found changed by hand, and put right.
 */
repair: Repair | null, 
/**
 * When all of this was last looked at.
 */
looked: string | null, };

/**
 * How far the cluster is with a commit.
 */
export type FollowedState = "empty" | "applying" | "ready" | "failed";

export type Group = { name: string, state: string, 
/**
 * None where nobody can tell.
 */
members: number | null, lag: number, partitions: Array<Behind>, };

export type Groups = { groups: Array<Group>, };

export type Header = { name: string, value: Bytes | null, };

/**
 * What a component is; workloads are called as Kubernetes calls them.
 */
export type Kind = "Process" | "Network" | "Deployment" | "StatefulSet" | "DaemonSet";

/**
 * The last result of each requirement, as a ConfigMap keeps it.
 */
export type LastValidation = { 
/**
 * When the last run ended.
 */
finished: string, 
/**
 * In the order in which they were run.
 */
checks: Array<Check>, 
/**
 * How many passed.
 */
passed: number, 
/**
 * How many did not.
 */
failed: number, };

/**
 * A record with its bytes as `{"text":…}` where a person can read them, and else as `{"base64":…}`.
 */
export type Message = { partition: number, offset: number, time: string | null, key: Bytes | null, value: Bytes | null, truncated: boolean, headers: Array<Header>, };

/**
 * Records, how many were looked at, and whether that was every one.
 */
export type Messages = { messages: Array<Message>, scanned: number, complete: boolean, };

export type Partition = { id: number, low: number, high: number, size_bytes: number | null, };

/**
 * Why a request was not answered, and what to do about it.
 */
export type Reason = { error: string, hint: string | null, };

/**
 * A change by hand that was put right.
 */
export type Repair = { 
/**
 * When.
 */
time: string, 
/**
 * Each difference in words, by its object.
 */
differences: Array<string>, };

/**
 * Which records; all of them where nothing is said.
 */
export type Search = { partition: number | null, offset: number | null, time: string | null, key: string | null, text: string | null, limit: number | null, };

export type State = "ready" | "starting" | "failed" | "unknown";

export type Topic = { name: string, internal: boolean, partitions: Array<Partition>, size_bytes: number | null, messages_per_second: number | null, retention_ms: number | null, retention_bytes: number | null, cleanup_policy: string, };

export type Topics = { topics: Array<Topic>, };

/**
 * Who did not say what should be here.
 */
export type Unavailable = { source: string, error: string, };

/**
 * Which partition; all of them where none is said.
 */
export type Watch = { partition: number | null, };
