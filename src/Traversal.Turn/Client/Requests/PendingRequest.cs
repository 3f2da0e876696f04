using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Client;

/// <summary>A request that waits for its answer, through all the transactions that it takes.</summary>
internal sealed class PendingRequest(RequestKind kind)
{
    private readonly byte[] _message = new byte[ClientLimits.MaxRequestBytes];
    private StunTransaction _transaction;
    private bool _isOutOfTurn;

    public RequestKind Kind => kind;

    public StunMethod Method => kind switch
    {
        RequestKind.Allocate => StunMethod.Allocate,
        RequestKind.Permit => StunMethod.CreatePermission,
        RequestKind.Bind => StunMethod.ChannelBind,
        RequestKind.Connect => StunMethod.Connect,
        RequestKind.BindConnection => StunMethod.ConnectionBind,
        _ => StunMethod.Refresh,
    };

    /// <summary>The slots of the permissions that are asked for.</summary>
    public List<int> Permissions { get; } = [];

    /// <summary>The slot of the channel that is to be bound.</summary>
    public int Channel { get; init; } = -1;

    /// <summary>The peer to connect to.</summary>
    public TransportAddress Peer { get; init; }

    /// <summary>How it was signed; null where it was not.</summary>
    public SigningTerms? Terms { get; private set; }

    /// <summary>How many challenges it has met.</summary>
    public int Challenges { get; set; }

    /// <summary>How often the server failed to serve it.</summary>
    public int ServerErrors { get; set; }

    /// <summary>Whether answers came that nobody with the key has made.</summary>
    public bool SawUnverified { get; set; }

    /// <summary>The error code of the last one of these.</summary>
    public StunErrorCode UnverifiedCode { get; set; }

    /// <summary>Whether it waits for another credential.</summary>
    public bool IsParked { get; set; }

    /// <summary>Whether it is to be sent.</summary>
    public bool IsDue { get; private set; }

    /// <summary>When the transaction began: the server cannot have served it earlier.</summary>
    public MonotonicTime BegunAt { get; private set; }

    /// <summary>How long the message is.</summary>
    public int Length { get; private set; }

    public TransactionId Id => _transaction.Id;

    public int Transmissions => _transaction.Transmissions;

    /// <summary>The same request as another transaction, where one was begun because no answer came; whichever is answered first counts.</summary>
    public PendingRequest? Twin { get; private set; }

    /// <summary>When such a twin is to be begun.</summary>
    public MonotonicTime HedgeAt { get; private set; } = MonotonicTime.Never;

    public MonotonicTime NextDeadline =>
        IsParked ? MonotonicTime.Never : IsDue ? BegunAt : MonotonicTime.Min(_transaction.NextDeadline, HedgeAt);

    /// <summary>Where the next transaction's message is written.</summary>
    public StunMessageWriter BeginMessage(scoped in TransactionId id) => new(_message, StunClass.Request, Method, in id);

    /// <summary>Begins a transaction with the message that was written.</summary>
    public void Begin(in TransactionId id, int length, SigningTerms? terms, in RetransmissionSchedule schedule, MonotonicTime now)
    {
        Length = length;
        Terms = terms;
        BegunAt = now;
        IsParked = false;
        IsDue = _isOutOfTurn = false;
        SawUnverified = false;
        _transaction = new StunTransaction(in id, in schedule, now);
        HedgeAt = MonotonicTime.Never;
    }

    /// <summary>Says when a twin is to be begun.</summary>
    public void PlanHedge(MonotonicTime at) => HedgeAt = at;

    /// <summary>A twin, not begun yet; it has met what this one has.</summary>
    public PendingRequest MakeTwin()
    {
        HedgeAt = MonotonicTime.Never;
        Twin = new PendingRequest(kind) { Channel = Channel, Peer = Peer, Challenges = Challenges, ServerErrors = ServerErrors, Twin = this };
        Twin.Permissions.AddRange(Permissions);
        return Twin;
    }

    /// <summary>Parts from the twin.</summary>
    public PendingRequest? TakeTwin()
    {
        PendingRequest? twin = Twin;
        if (twin is not null) Twin = twin.Twin = null;
        return twin;
    }

    /// <summary>Goes on in time.</summary>
    /// <returns>Whether nobody has answered in time.</returns>
    public bool OnTime(MonotonicTime now)
    {
        if (IsParked || IsDue) return false;

        StunTransactionStep step = _transaction.OnTime(now);
        IsDue = step == StunTransactionStep.Send;
        return step == StunTransactionStep.TimedOut;
    }

    /// <summary>Has the message sent once more, out of turn.</summary>
    public void SendAgain() => IsDue = _isOutOfTurn = true;

    /// <summary>Copies the message out: it counts as sent.</summary>
    public int Take(Span<byte> destination)
    {
        _message.AsSpan(0, Length).CopyTo(destination);
        IsDue = false;
        return Length;
    }

    /// <summary>What an answer measures; null where nobody knows which transmission is answered.</summary>
    public TimeSpan? RoundTrip(MonotonicTime now) => _isOutOfTurn ? null : _transaction.RoundTrip(now);
}
