using Traversal.Primitives;

namespace Traversal.Stun.Discovery;

/// <summary>One Binding request of a discovery, and what came of it.</summary>
internal sealed class Probe
{
    private static readonly StunAttributeSet Understood = StunAttributeSet.Of(
        StunAttributeType.MappedAddress, StunAttributeType.XorMappedAddress, StunAttributeType.ErrorCode, StunAttributeType.UnknownAttributes,
        StunAttributeType.ClassicSourceAddress, StunAttributeType.ClassicChangedAddress, StunAttributeType.Realm, StunAttributeType.Nonce);

    private readonly MonotonicTime _startsAt;
    private StunTransaction _transaction;

    /// <summary>A probe that waits for its turn.</summary>
    /// <param name="socket">The socket that sends it.</param>
    /// <param name="destination">Whom it asks.</param>
    /// <param name="startsAt">When it may be sent first.</param>
    public Probe(int socket, in TransportAddress destination, MonotonicTime startsAt)
    {
        (Socket, ExpectedSocket, _startsAt) = (socket, socket, startsAt);
        Destination = ExpectedSource = destination;
    }

    public int Socket { get; }

    public TransportAddress Destination { get; }

    /// <summary>From where the server is asked to answer.</summary>
    public ChangeRequest Change { get; init; }

    /// <summary>From where the answer comes if the server does as it is asked.</summary>
    public TransportAddress ExpectedSource { get; init; }

    /// <summary>At which port of this machine's public address the server is asked to answer; 0 for where it was asked from.</summary>
    public ushort ResponsePort { get; init; }

    /// <summary>The socket at which it is to arrive: the answer, or with <see cref="IsHairpin"/> the request itself.</summary>
    public int ExpectedSocket { get; init; }

    /// <summary>Whether it is sent to another socket of this machine through the NAT.</summary>
    public bool IsHairpin { get; init; }

    public ProbeOutcome Outcome { get; private set; }

    public TransportAddress Mapped { get; private set; }

    /// <summary>The address in the clear; the same unless something rewrote it on its way.</summary>
    public TransportAddress MappedInTheClear { get; private set; }

    public TransportAddress OtherAddress { get; private set; }

    public StunErrorCode Error { get; private set; }

    public TimeSpan? RoundTrip { get; private set; }

    public bool HasStarted => _transaction.Transmissions > 0;

    public bool IsPending => Outcome == ProbeOutcome.Pending;

    public bool HasArrived => Outcome == ProbeOutcome.Arrived;

    public MonotonicTime LastSent => _transaction.LastSent;

    public MonotonicTime NextDeadline => !IsPending ? MonotonicTime.Never : HasStarted ? _transaction.NextDeadline : _startsAt;

    public void Start(RandomSource random, in RetransmissionSchedule schedule, MonotonicTime now) =>
        _transaction = new StunTransaction(TransactionId.Create(random), in schedule, now);

    /// <summary>Writes the request if it is due.</summary>
    /// <returns>Its length; 0 when there is nothing to send.</returns>
    public int OnTime(MonotonicTime now, Span<byte> buffer)
    {
        StunTransactionStep step = _transaction.OnTime(now);
        if (step == StunTransactionStep.TimedOut) Outcome = ProbeOutcome.Silence;
        if (step != StunTransactionStep.Send) return 0;

        TransactionId id = _transaction.Id;
        var writer = new StunMessageWriter(buffer, StunClass.Request, StunMethod.Binding, in id);
        if (Change != ChangeRequest.None) writer.AddChangeRequest(Change);
        if (ResponsePort != 0) writer.AddResponsePort(ResponsePort);
        return writer.Finish(key: null, StunIntegrity.None, fingerprint: true);
    }

    public void GiveUp() => Outcome = ProbeOutcome.Silence;

    public bool IsAbout(in TransactionId id) => IsPending && HasStarted && _transaction.Id == id;

    /// <summary>Takes a message with this probe's id that arrived at a socket. What a server would not send is passed over.</summary>
    public void OnMessage(in StunMessage message, int at, in TransportAddress source, MonotonicTime now)
    {
        if (IsHairpin)
        {
            if (message.Class == StunClass.Request && at == ExpectedSocket) Outcome = ProbeOutcome.Arrived;
            return;
        }

        if (source != ExpectedSource && source != Destination) return;

        if (message.Class == StunClass.ErrorResponse)
        {
            message.TryGetErrorCode(out StunErrorCode error, out _);
            (Error, Outcome) = (error, ProbeOutcome.Rejected);
        }
        else if (message.Class == StunClass.SuccessResponse && TryReadAddresses(in message))
        {
            RoundTrip = _transaction.RoundTrip(now);
            Outcome = source == ExpectedSource && at == ExpectedSocket ? ProbeOutcome.Arrived : ProbeOutcome.Elsewhere;
        }
    }

    private bool TryReadAddresses(in StunMessage message)
    {
        Span<ushort> unknown = stackalloc ushort[1];
        if (message.FindUnknownRequired(in Understood, unknown) > 0) return false;

        bool clear = message.TryGetAddress(StunAttributeType.MappedAddress, out TransportAddress inTheClear);
        bool hidden = message.TryGetXorAddress(StunAttributeType.XorMappedAddress, out TransportAddress mapped);
        if (!clear && !hidden) return false;

        Mapped = hidden ? mapped : inTheClear;
        MappedInTheClear = clear ? inTheClear : mapped;
        message.TryGetAddress(StunAttributeType.OtherAddress, out TransportAddress other);
        OtherAddress = other;
        return true;
    }
}
