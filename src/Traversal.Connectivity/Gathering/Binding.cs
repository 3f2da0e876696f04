using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Connectivity.Gathering;

/// <summary>A base asking a STUN server where it is seen, once and then to keep the mapping (RFC 8445 sections 5.1.1.2 and 5.1.1.4).</summary>
internal sealed class Binding(TransportAddress local, TransportAddress server)
{
    private static readonly StunAttributeSet Understood = StunAttributeSet.Of(
        StunAttributeType.MappedAddress, StunAttributeType.XorMappedAddress, StunAttributeType.ErrorCode, StunAttributeType.UnknownAttributes,
        StunAttributeType.ClassicSourceAddress, StunAttributeType.ClassicChangedAddress, StunAttributeType.Realm, StunAttributeType.Nonce);

    private StunTransaction _transaction;
    private bool _isDue;

    public TransportAddress Base => local;

    public TransportAddress Server => server;

    /// <summary>Whether an answer is waited for.</summary>
    public bool IsAsking { get; private set; }

    /// <summary>Whether the first answer, or its absence, has been told.</summary>
    public bool IsSettled { get; set; }

    /// <summary>What the server saw last; the default before it has answered.</summary>
    public TransportAddress Mapped { get; set; }

    /// <summary>When the mapping is refreshed.</summary>
    public MonotonicTime RefreshAt { get; set; } = MonotonicTime.Never;

    public MonotonicTime NextDeadline => IsAsking ? _transaction.NextDeadline : RefreshAt;

    public void Begin(in RetransmissionSchedule schedule, RandomSource random, MonotonicTime now)
    {
        _transaction = new StunTransaction(TransactionId.Create(random), in schedule, now);
        RefreshAt = MonotonicTime.Never;
        IsAsking = true;
        OnTime(now);
    }

    /// <summary>Does what is due.</summary>
    /// <returns>Whether it is over, and nobody has answered.</returns>
    public bool OnTime(MonotonicTime now)
    {
        if (!IsAsking || _isDue) return false;

        StunTransactionStep step = _transaction.OnTime(now);
        _isDue = step == StunTransactionStep.Send;
        IsAsking = step != StunTransactionStep.TimedOut;
        return !IsAsking;
    }

    /// <summary>Writes the request if it is to be sent.</summary>
    public bool TryTake(Span<byte> destination, out int length)
    {
        length = 0;
        if (!_isDue) return false;

        _isDue = false;
        TransactionId id = _transaction.Id;
        length = new StunMessageWriter(destination, StunClass.Request, StunMethod.Binding, in id).Finish(key: null, StunIntegrity.None, fingerprint: true);
        return true;
    }

    /// <summary>Whether a message from the server answers the request.</summary>
    public bool IsAnsweredBy(scoped in StunMessage message) =>
        IsAsking && message.TransactionId == _transaction.Id && message.Method == StunMethod.Binding && message.Class is StunClass.SuccessResponse or StunClass.ErrorResponse;

    /// <summary>Reads the answer.</summary>
    /// <returns>Whether it says an address; else <paramref name="error"/> is what the server said, if anything.</returns>
    public bool TryRead(scoped in StunMessage answer, out TransportAddress mapped, out StunErrorCode error)
    {
        IsAsking = _isDue = false;
        mapped = default;
        error = StunErrorCode.None;
        if (answer.Class == StunClass.ErrorResponse)
        {
            if (!answer.TryGetErrorCode(out error, out _)) error = StunErrorCode.None;
            return false;
        }

        Span<ushort> unknown = stackalloc ushort[1];
        if (answer.FindUnknownRequired(in Understood, unknown) > 0) return false;

        bool isThere = answer.TryGetXorAddress(StunAttributeType.XorMappedAddress, out mapped) || answer.TryGetAddress(StunAttributeType.MappedAddress, out mapped);
        return isThere && mapped.Port != 0 && !mapped.IsUnspecified && mapped.Family == local.Family;
    }
}
