using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Client;

public sealed partial class TurnAllocation
{
    // One is left for the allocation itself.
    private bool HasRoomForRequest => _requests.Count < ClientLimits.MaxRequests - 1;

    /// <summary>Begins a request, or begins it anew as another transaction.</summary>
    private void Issue(PendingRequest request, MonotonicTime at)
    {
        DropTwin(request);
        Begin(request, at);
        PlanHedge(request, at);
    }

    private void Begin(PendingRequest request, MonotonicTime at)
    {
        if (State == TurnAllocationState.Ended) return;

        TransactionId id = TransactionId.Create(_random);
        StunMessageWriter writer = request.BeginMessage(in id);
        WriteBody(ref writer, request);

        bool isOfAllocation = request.Method is StunMethod.Allocate or StunMethod.Refresh;
        if (isOfAllocation && _software.Length > 0) writer.Add(StunAttributeType.Software, _software);
        SigningTerms? terms = _authenticator.Terms;
        int length = terms is null ? writer.Finish() : terms.Sign(ref writer, withToken: isOfAllocation);
        if (length == 0)
        {
            End(new TurnFailure(TurnFailureReason.BadChallenge));
            return;
        }

        request.Begin(in id, length, terms, _memory.ScheduleFor(_options.IsStream, at), at);
        if (!_requests.Contains(request)) _requests.Add(request);
    }

    private void WriteBody(ref StunMessageWriter writer, PendingRequest request)
    {
        switch (request.Kind)
        {
            case RequestKind.Allocate:
                WriteAllocate(ref writer);
                break;
            case RequestKind.EndFormer:
                writer.AddLifetime(0);
                break;
            case RequestKind.Refresh:
                WriteLifetime(ref writer);
                break;
            case RequestKind.Move:
                WriteLifetime(ref writer);
                writer.Add(StunAttributeType.MobilityTicket, _ticket);
                break;
            case RequestKind.Delete:
                writer.AddLifetime(0);
                if (_isMoving) writer.Add(StunAttributeType.MobilityTicket, _ticket);
                break;
            case RequestKind.Permit:
                foreach (int slot in request.Permissions) writer.AddPeerAddress(in _permissions[slot].Address);
                break;
            case RequestKind.Bind:
                writer.AddChannelNumber(_channels.NumberOf(request.Channel));
                writer.AddPeerAddress(in _channels[request.Channel].Peer);
                break;
            case RequestKind.Connect:
                TransportAddress peer = request.Peer;
                writer.AddPeerAddress(in peer);
                break;
        }
    }

    private void WriteLifetime(ref StunMessageWriter writer)
    {
        if (_options.Lifetime is { } lifetime) writer.AddLifetime((uint)lifetime.TotalSeconds);
    }

    /// <summary>Nobody has answered for as long as RFC 8489 section 6.2 waits.</summary>
    private void OnTimedOut(PendingRequest request, MonotonicTime now)
    {
        if (request.Kind == RequestKind.Delete)
            End(_endsAs!);
        else if (request.SawUnverified || request.Twin is { SawUnverified: true })
            End(new TurnFailure(TurnFailureReason.IntegrityViolated, request.SawUnverified ? request.UnverifiedCode : request.Twin!.UnverifiedCode));
        else if (request.Kind == RequestKind.Connect)
            FinishConnect(request, StunErrorCode.None, now);
        else if (request.Kind != RequestKind.Allocate && _heardAt > request.BegunAt)
            Issue(request, now); // Something came from the server: it lives, and the path loses much.
        else
            End(new TurnFailure(TurnFailureReason.TimedOut));
    }
}
