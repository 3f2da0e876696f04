using Traversal.Client.Ice;
using Traversal.Connectivity;
using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Client;

/// <content>What the machine brings, told on; all of it while the machine is held.</content>
public sealed partial class IceConnection
{
    private readonly TaskCompletionSource _gathered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IceServers _servers;

    void IConnectivityUser.OnEvent(ConnectivityMachine machine, ConnectivityEvent happened)
    {
        switch (happened.Kind)
        {
            case ConnectivityEventKind.CandidateGathered:
                _servers.OnCandidate(happened);
                _untold.Add(happened.Candidate!);
                _outgoing.Wake();
                Tell(new IceConnectionEvent(IceConnectionEventKind.CandidateGathered, happened.At - _start) { Candidate = happened.Candidate, Server = happened.Server });
                break;
            case ConnectivityEventKind.GatheringFinished:
                _gathered.TrySetResult();
                _outgoing.Wake();
                Tell(new IceConnectionEvent(IceConnectionEventKind.GatheringFinished, happened.At - _start));
                break;
            case ConnectivityEventKind.ServerFailed or ConnectivityEventKind.RelayLost:
                _servers.OnFailure(happened.Failure!, wasThere: happened.Kind == ConnectivityEventKind.RelayLost, happened.At);
                break;
            case ConnectivityEventKind.CredentialWanted:
                _ = _servers.RenewAsync(happened);
                break;
            case ConnectivityEventKind.Agent:
                OnAgentEvent(machine, happened);
                break;
        }
    }

    void IConnectivityUser.OnPortLost(Port port, MonotonicTime now)
    {
        if (port is LinkPort link)
            _servers.OnLinkLost(link.Number);
        else
            FollowAddresses();
    }

    internal void Tell(IceConnectionEvent happened) => _events.Writer.TryWrite(happened);

    private void OnAgentEvent(ConnectivityMachine machine, ConnectivityEvent happened)
    {
        IceAgent agent = machine.Agent;
        switch (happened.Ice.Kind)
        {
            case IceEventKind.StateChanged:
                Volatile.Write(ref _state, (int)happened.Ice.State);
                ClientLog.IceState(_logger, happened.Ice.State);
                Tell(new IceConnectionEvent(IceConnectionEventKind.StateChanged, happened.At - _start) { State = happened.Ice.State });
                if (happened.Ice.State == IceAgentState.Failed && agent.Route is null) Finish(Failed(agent));
                break;
            case IceEventKind.RouteChanged:
                Tell(new IceConnectionEvent(IceConnectionEventKind.PathChanged, happened.At - _start) { State = agent.State });
                if (agent.Route is not null) Finish(new IceOutcome(IceStatus.Connected) { Pair = agent.GetPairs().First(pair => pair.IsSelected), Servers = _servers.Failures });
                break;
            case IceEventKind.RestartFailed:
                Tell(new IceConnectionEvent(IceConnectionEventKind.RestartFailed, happened.At - _start) { State = agent.State });
                Finish(Failed(agent));
                break;
        }
    }

    private IceOutcome Failed(IceAgent agent) => new(IceStatus.Failed) { Failure = agent.Failure, Servers = _servers.Failures };

    private void Finish(IceOutcome outcome) => _attempt.TrySetResult(outcome);
}
