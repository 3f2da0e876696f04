using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Load.Engine;

/// <summary>A client on its way through the requests of a pass: the one that waits for an answer, and when it began.</summary>
internal sealed class Exchange
{
    /// <summary>Room for a request with the longest credentials that a server may demand.</summary>
    private const int MaxRequestLength = 2048;

    // Four sends: a server that does not answer for 3.75 s more is overloaded or gone.
    private static readonly RetransmissionSchedule DatagramSchedule = new(TimeSpan.FromMilliseconds(250), 4, TimeSpan.FromSeconds(2));

    private readonly byte[] _request = new byte[MaxRequestLength];
    private int _length;
    private StunTransaction _transaction;

    public Client Client { get; private set; } = null!;

    public long BegunAt { get; private set; }

    public ControlStep Step { get; private set; }

    /// <summary>How often the request of this step was refused with a nonce to ask again with.</summary>
    public int Refusals { get; set; }

    /// <summary>How often the client took another address because the server knew the one before.</summary>
    public int Reconnects { get; set; }

    public TransactionId Id => _transaction.Id;

    public int Transmissions => _transaction.Transmissions;

    public long Deadline => _transaction.NextDeadline.Nanoseconds;

    /// <summary>Takes another client.</summary>
    public void Begin(Client client, long now)
    {
        Client = client;
        BegunAt = now;
        Refusals = Reconnects = 0;
    }

    /// <summary>Begins a request and sends it.</summary>
    public void Ask(ControlStep step, TurnRequests requests, long now)
    {
        Step = step;
        _length = requests.Write(_request, step, Client, out TransactionId id);
        RetransmissionSchedule schedule = Client.Stream is null ? DatagramSchedule : RetransmissionSchedule.Reliable;
        _transaction = new StunTransaction(id, schedule, new MonotonicTime(now));
        TrySendDue(now);
    }

    /// <summary>Sends the request again where that is due. False when nobody will answer any more.</summary>
    public bool TrySendDue(long now)
    {
        StunTransactionStep step = _transaction.OnTime(new MonotonicTime(now));
        ReadOnlySpan<byte> request = _request.AsSpan(0, _length);
        if (step == StunTransactionStep.Send && Client.Stream?.TrySend(Client.Socket, request) is null) Client.Socket.Send(request);
        return step != StunTransactionStep.TimedOut;
    }
}
