using Traversal.Client.Ice;
using Traversal.Client.Network;
using Traversal.Ice;
using Traversal.Peer.Handshake;
using Traversal.Peer.Reliable;
using Traversal.Primitives;

namespace Traversal.Client.Peers;

/// <summary>
/// A reliable path over an ICE connection, with one conversation on it. The path is held by one thread at a time; whoever waits is woken after it was let go.
/// </summary>
internal sealed partial class ReliableCarrier : PeerCarrier, IDatagramSink
{
    private static readonly TimeSpan RetryTime = TimeSpan.FromMilliseconds(1);

    private readonly IceConnection _ice;
    private readonly ClientEnvironment _environment;
    private IReliableUser? _user;
    private readonly MonotonicClock _clock;
    private readonly ReliablePath _path;
    private readonly ConversationStream _stream;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _delivered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _closing = new();
    private Conversation? _conversation;
    private MonotonicTime _armed = MonotonicTime.Never;
    private bool _isOver;

    /// <param name="ice">The connection, which has a path; it is owned from here on.</param>
    /// <param name="secret">What both sides know by the signalling.</param>
    /// <param name="patience">How long the other side may be silent.</param>
    /// <param name="environment">Where it runs.</param>
    public ReliableCarrier(IceConnection ice, ReadOnlyMemory<byte> secret, TimeSpan patience, ClientEnvironment environment)
    {
        _ice = ice;
        _environment = environment;
        _clock = new MonotonicClock(environment.Time);
        IsInitiator = ice.Role == IceRole.Controlling;
        _path = new ReliablePath(new ReliableOptions { IsInitiator = IsInitiator, Secret = secret, Patience = patience }, environment.Random, _clock.Now);
        _stream = new ConversationStream(this);
        _timer = environment.Time.CreateTimer(static carrier => ((ReliableCarrier)carrier!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (IsInitiator) _conversation = _path.Open();
    }

    public override PeerCarrierKind Kind => PeerCarrierKind.Ice;

    public override bool IsInitiator { get; }

    public override Stream Stream => _stream;

    /// <summary>The longest datagram that is known to pass.</summary>
    public int DatagramLength
    {
        get
        {
            lock (_gate) return _path.DatagramLength;
        }
    }

    /// <summary>Who gets the datagrams that are not of the path; those before are dropped.</summary>
    public void SetUser(IReliableUser user) => Volatile.Write(ref _user, user);

    /// <summary>Begins to receive.</summary>
    public void Start()
    {
        _ice.DeliverTo(this);
        TakeEarlier();
        _ = KeepPathAsync();
    }

    // TLS says enough.
    public override ValueTask ChooseAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public override async ValueTask WaitForChoiceAsync(CancellationToken cancellationToken) =>
        await _stream.ReadAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);

    public override void OnInitiatorContribution(ReadOnlySpan<byte> contribution)
    {
        lock (_gate)
        {
            if (!_isOver) _path.Rekey(ConnectionKeys.DerivePathSecret(contribution));
        }
    }

    /// <summary>Sends a datagram that is not of the path.</summary>
    public NetworkStatus Send(ReadOnlySpan<byte> datagram) => _ice.Send(datagram);

    public override Task FinishAsync(TimeSpan patience)
    {
        Do(static carrier => carrier._conversation?.Finish());
        return _delivered.Task.CompletesWithinAsync(patience, _environment.Time, CancellationToken.None);
    }

    public override async ValueTask DisposeAsync()
    {
        Woken woken;
        lock (_gate)
        {
            if (_isOver) return;

            _path.Close(0);
            woken = Serve(_clock.Now);
            _isOver = true;
            _path.Dispose();
        }

        Wake(woken);
        _delivered.TrySetResult();
        await _closing.CancelAsync().ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _ice.DisposeAsync().ConfigureAwait(false);
    }

    void IDatagramSink.OnDatagram(ReadOnlySpan<byte> data)
    {
        if (!ReliablePath.LooksLikeSegment(data))
        {
            Volatile.Read(ref _user)?.OnDatagram(data);
            return;
        }

        lock (_gate)
        {
            if (_isOver) return;

            MonotonicTime now = _clock.Now;
            if (_path.OnDatagram(data, now) is ReliableArrival.Handled or ReliableArrival.Refused) _calmAt = now;
        }
    }

    // Answers are for all that came together.
    void IDatagramSink.OnBatchEnd() => Do(static _ => { });

    /// <summary>Takes what came before this was there to take it.</summary>
    private void TakeEarlier()
    {
        byte[] buffer = new byte[ReliablePath.MaxDatagramLength];
        IDatagramSink sink = this;
        while (_ice.TryReceive(buffer, out ReceivedDatagram got))
        {
            if (got.IsOk) sink.OnDatagram(buffer.AsSpan(0, got.Length));
        }

        sink.OnBatchEnd();
    }

    private void OnTimer()
    {
        Woken woken;
        lock (_gate)
        {
            if (_isOver) return;

            _armed = MonotonicTime.Never;
            MonotonicTime now = _clock.Now;
            _path.OnTime(now);
            woken = Serve(now);
            LookForSilence(now);
        }

        Wake(woken);
    }

    private void Do(Action<ReliableCarrier> action)
    {
        Woken woken;
        lock (_gate)
        {
            if (_isOver) return;

            action(this);
            woken = Serve(_clock.Now);
        }

        Wake(woken);
    }

    /// <summary>Who is to be woken once the path is let go.</summary>
    [Flags]
    private enum Woken : byte
    {
        Nobody = 0,
        Reader = 1,
        Writer = 2,
        All = Reader | Writer,
    }

    private void Wake(Woken woken)
    {
        if (woken.HasFlag(Woken.Writer)) _stream.Writable.Set();
        if (woken.HasFlag(Woken.Reader)) _stream.Readable.Set();
    }

    /// <summary>Sends what is to be sent, takes the events, and sets the timer; while the path is held.</summary>
    private Woken Serve(MonotonicTime now)
    {
        bool isFull = !SendAll(now);
        Woken woken = Woken.Nobody;
        while (_path.TryTakeEvent(out ReliableEvent happened))
        {
            if (happened.Conversation is null) woken |= Woken.All;
            else if (_conversation is null) _conversation = happened.Conversation;

            // One is all that the other side has use for here.
            if (happened.Conversation is { } other && other != _conversation) other.StopReading(0);
            else if ((happened.Kinds & ~(ReliableEventKind.Writable | ReliableEventKind.Delivered)) != ReliableEventKind.None) woken |= Woken.All;
            if (happened.Kinds.HasFlag(ReliableEventKind.Delivered) && _conversation is { IsSendingOver: true }) _delivered.TrySetResult();
        }

        if (_path.IsClosed) _delivered.TrySetResult();
        if (_path.BytesInFlight == 0) _calmAt = now;
        if (_isWriterWaiting && HasRoom) woken |= Woken.Writer;
        Arm(now, isFull);
        return woken;
    }

    private void Arm(MonotonicTime now, bool isFull)
    {
        MonotonicTime next = isFull ? now + RetryTime : _path.NextDeadline;
        if (next == _armed) return;

        _armed = next;
        _timer.FireIn(next - now);
    }
}
