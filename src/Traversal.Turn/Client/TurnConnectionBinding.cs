using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Client;

/// <summary>
/// Binds a connection with a peer to a new connection with the server (RFC 6062 sections 4.3 and 4.4), without sockets, threads or clock. For one thread.
/// </summary>
/// <remarks>
/// The driver connects to the address that the allocation's own connection reached, from another local one, and hands frames in until <see cref="State"/> is
/// <see cref="TurnConnectionState.Bound"/>: whatever follows that frame, in the same read too, is the peer's data.
/// </remarks>
public sealed class TurnConnectionBinding
{
    private readonly PendingRequest _request = new(RequestKind.BindConnection);
    private readonly TurnServerMemory _memory;
    private readonly Authenticator _authenticator;
    private readonly RandomSource _random;
    private readonly uint _connection;

    /// <summary>Begins; the request is there to be taken.</summary>
    /// <param name="connection">The CONNECTION-ID of the event.</param>
    /// <param name="memory">What is known of the server.</param>
    /// <param name="credential">That of the allocation.</param>
    /// <param name="random">Draws transaction ids.</param>
    /// <param name="now">The present.</param>
    public TurnConnectionBinding(uint connection, TurnServerMemory memory, TurnCredential credential, RandomSource random, MonotonicTime now)
    {
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(credential);
        ArgumentNullException.ThrowIfNull(random);
        _connection = connection;
        _memory = memory;
        _random = random;
        _authenticator = new Authenticator(memory, credential);
        Issue(now);
    }

    /// <summary>How far it is.</summary>
    public TurnConnectionState State { get; private set; }

    /// <summary>Why it failed; null as long as it has not.</summary>
    public TurnFailure? Failure { get; private set; }

    /// <summary>When to call <see cref="OnTime"/>.</summary>
    public MonotonicTime NextDeadline => State == TurnConnectionState.Binding ? _request.NextDeadline : MonotonicTime.Never;

    /// <summary>Does what is due.</summary>
    public void OnTime(MonotonicTime now)
    {
        if (State == TurnConnectionState.Binding && _request.OnTime(now)) Fail(new TurnFailure(TurnFailureReason.TimedOut));
    }

    /// <inheritdoc cref="TurnAllocation.TryTakeTransmit"/>
    public bool TryTakeTransmit(Span<byte> destination, MonotonicTime now, out int length)
    {
        if (destination.Length < TurnAllocation.MaxTransmitLength)
            throw new ArgumentException($"At least {TurnAllocation.MaxTransmitLength} bytes.", nameof(destination));

        OnTime(now);
        bool isDue = State == TurnConnectionState.Binding && _request.IsDue;
        length = isDue ? _request.Take(destination) : 0;
        return isDue;
    }

    /// <summary>Handles a frame from the server.</summary>
    public void OnMessage(ReadOnlySpan<byte> frame, MonotonicTime now)
    {
        if (State != TurnConnectionState.Binding || StunMessage.TryParse(frame, out StunMessage message) != StunParseStatus.Ok) return;

        bool isResponse = message.Class is StunClass.SuccessResponse or StunClass.ErrorResponse;
        bool isIntact = !message.HasFingerprint || message.IsFingerprintValid();
        if (isResponse && isIntact && message.Method == _request.Method && message.TransactionId == _request.Id) OnResponse(in message, now);
    }

    private void OnResponse(scoped in StunMessage response, MonotonicTime now)
    {
        StunErrorCode code = StunErrorCode.None;
        bool isSuccess = response.Class == StunClass.SuccessResponse;
        bool isWhole = (isSuccess || response.TryGetErrorCode(out code, out _)) && !UnderstoodAttributes.IsExceededBy(in response);
        switch (_authenticator.Judge(in response, code, _request, isStream: true))
        {
            case ResponseVerdict.Accept when isSuccess && isWhole:
                State = TurnConnectionState.Bound;
                break;
            case ResponseVerdict.Accept:
                Fail(new TurnFailure(isWhole ? TurnFailureReason.Refused : TurnFailureReason.BadResponse, code));
                break;
            case ResponseVerdict.Retry:
                Issue(now);
                break;
            case ResponseVerdict.Discard:
                break;
            case var verdict:
                Fail(TurnFailure.Of(verdict, code));
                break;
        }
    }

    private void Issue(MonotonicTime now)
    {
        TransactionId id = TransactionId.Create(_random);
        StunMessageWriter writer = _request.BeginMessage(in id);
        writer.AddConnectionId(_connection);
        SigningTerms? terms = _authenticator.Terms;
        int length = terms is null ? writer.Finish() : terms.Sign(ref writer, withToken: false);
        if (length == 0)
            Fail(new TurnFailure(TurnFailureReason.BadChallenge));
        else
            _request.Begin(in id, length, terms, _memory.ScheduleFor(isStream: true, now), now);
    }

    private void Fail(TurnFailure failure)
    {
        State = TurnConnectionState.Failed;
        Failure = failure;
    }
}
