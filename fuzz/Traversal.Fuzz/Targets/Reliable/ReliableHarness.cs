using Traversal.Peer.Reliable;
using Traversal.Primitives;

namespace Traversal.Fuzz;

/// <summary>A path, and what must hold of it whatever happens to it.</summary>
internal sealed class ReliableHarness : IDisposable
{
    private const int MaxConversations = 128, MaxWindow = 8 * 1024 * 1024, MaxSentInStep = 40_000, MaxOwn = 64;

    // What one step may allocate: the tables that grow, and blocks of the pool; far less than what 32 MB of unread bytes take.
    private const long MaxAllocatedInStep = 64 * 1024 * 1024;

    private static readonly byte[] Secret = "a secret of sixteen bytes"u8.ToArray(), Pattern = new byte[256 * 1000];

    private readonly ReliablePath _path;
    private readonly SealOfPeer _peer;
    private readonly HashSet<Conversation> _known = [];
    private readonly List<Conversation> _own = [];
    private readonly byte[] _buffer = new byte[ReliablePath.MaxDatagramLength];
    private readonly byte[] _packet = new byte[ReliablePath.MaxDatagramLength];
    private readonly bool _reads;
    private MonotonicTime _now = MonotonicTime.Zero + TimeSpan.FromSeconds(1);
    private long _number, _sent, _handed, _answered;
    private int _packetLength;
    private bool _isClosedTold;

    public ReliableHarness(byte configuration)
    {
        bool isInitiator = (configuration & 1) != 0;
        _reads = (configuration & 2) != 0;
        _path = new ReliablePath(
            new ReliableOptions { IsInitiator = isInitiator, Secret = Secret, MaxDatagramLength = (configuration & 4) != 0 ? 9000 : 1452 }, RandomSource.Seeded(1), _now);
        _peer = new SealOfPeer(Secret, !isInitiator);
    }

    public void Tell(ReliableStep step, byte argument, ReadOnlySpan<byte> payload)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        switch (step)
        {
            case ReliableStep.Frames:
                Frames(_number++, payload);
                break;
            case ReliableStep.FramesOutOfOrder:
                Frames(Math.Max(0, _number + (sbyte)argument), payload);
                _number = Math.Max(_number, _number + (sbyte)argument + 1);
                break;
            case ReliableStep.Datagram:
                Hand(payload, mayBeOfPeer: false);
                break;
            case ReliableStep.Repeat:
                Repeat(argument);
                break;
            case ReliableStep.Time:
                Pass(TimeSpan.FromMilliseconds(argument * argument));
                break;
            case ReliableStep.Write:
                Write(argument);
                break;
            case ReliableStep.Application:
                Act(argument);
                break;
            case ReliableStep.Acknowledge:
                Acknowledge(argument);
                break;
        }

        Serve();
        Invariant.Holds(GC.GetAllocatedBytesForCurrentThread() - before < MaxAllocatedInStep, "No step takes memory without bound.");
    }

    /// <summary>All that is to hold in the end: whatever is due is done, and the path is silent or closed after its patience.</summary>
    public void End()
    {
        Pass(TimeSpan.FromSeconds(200));
        Invariant.Holds(_path.IsClosed || _path.BytesInFlight == 0, "Who hears nothing gives up.");
        ReliableCounters counters = _path.Counters;
        Invariant.Holds(counters.Received + counters.Forged + counters.Replayed + counters.Refused <= _answered, "Every datagram is counted once.");
        Invariant.Holds(counters.LostInError <= counters.Lost && counters.Lost <= counters.Sent, "No more is lost than was sent.");
        Invariant.Holds(!_path.IsClosed || _isClosedTold, "A close is told.");
    }

    public void Dispose()
    {
        _path.Dispose();
        _peer.Dispose();
    }

    private void Frames(long number, ReadOnlySpan<byte> frames)
    {
        _packetLength = _peer.Write(_packet, number, frames);
        Hand(_packet.AsSpan(0, _packetLength), mayBeOfPeer: true);
    }

    private void Repeat(byte changed)
    {
        if (_packetLength == 0) return;

        bool isChanged = changed != 0;
        byte[] repeated = _packet[.._packetLength];
        if (isChanged) repeated[changed % repeated.Length] ^= 0x55;
        ReliableArrival arrival = Hand(repeated, mayBeOfPeer: !isChanged);

        // A packet for which there was no room may come again.
        Invariant.Holds(isChanged || _path.IsClosed || arrival is ReliableArrival.Replayed or ReliableArrival.NotSegment or ReliableArrival.Refused or ReliableArrival.Handled, "What is repeated is told.");
    }

    private ReliableArrival Hand(ReadOnlySpan<byte> datagram, bool mayBeOfPeer)
    {
        (long forged, long received, bool wasClosed) = (_path.Counters.Forged, _path.Counters.Received, _path.IsClosed);
        ReliableArrival arrival = _path.OnDatagram(datagram, _now);
        if (!wasClosed && arrival is not (ReliableArrival.NotSegment or ReliableArrival.Closed)) _answered++;
        Invariant.Holds(arrival == ReliableArrival.Forged == (_path.Counters.Forged == forged + 1), "What is forged is counted.");
        Invariant.Holds(arrival == ReliableArrival.Handled == (_path.Counters.Received == received + 1), "What is taken is counted.");
        if (mayBeOfPeer) return arrival;

        Invariant.Holds(arrival is ReliableArrival.Forged or ReliableArrival.NotSegment || wasClosed, "Nobody without the key is heard.");
        Invariant.Holds(_path.IsClosed == wasClosed, "Nobody without the key closes a path.");
        return arrival;
    }

    private void Pass(TimeSpan time)
    {
        MonotonicTime end = _now + time;
        int turns = 0;
        while (_path.NextDeadline is var next && next <= end)
        {
            Invariant.Holds(++turns < 200_000, "It does not want attention without end.");
            if (next > _now) _now = next;
            _path.OnTime(_now);
            Serve();
        }

        _now = end;
    }

    private void Write(byte argument)
    {
        if (_own.Count < MaxOwn && _path.Open() is { } opened)
        {
            _own.Add(opened);
            _known.Add(opened);
        }

        if (_own.Count > 0) _own[^1].Write(Pattern.AsSpan(0, argument * 1000));
    }

    private void Act(byte argument)
    {
        Conversation? conversation = _known.Count == 0 ? null : _known.ElementAt(argument / 8 % _known.Count);
        switch (argument & 7)
        {
            case 0:
                conversation?.Finish();
                break;
            case 1:
                conversation?.Reset(argument);
                break;
            case 2:
                conversation?.StopReading(argument);
                break;
            case 3:
                conversation?.Write(Pattern.AsSpan(0, 100));
                break;
            case 4:
                conversation?.Read(new byte[2000]);
                break;
            case 5:
                _path.OnPathChanged(_now);
                break;
            case 6 when argument > 250:
                _path.Close(argument);
                break;
        }
    }

    // All below what was sent; the bits leave out packets in turn, as a network would.
    private void Acknowledge(byte argument)
    {
        if (_path.Counters.Sent == 0) return;

        Span<byte> frames = stackalloc byte[64];
        int length = 0;
        frames[length++] = 2;
        long largest = _path.Counters.Sent - 1, count = Math.Min(largest + 1, 1 + argument);
        length = Number(frames, length, largest);
        length = Number(frames, length, 0);
        length = Number(frames, length, 0);
        length = Number(frames, length, count);
        Frames(_number++, frames[..length]);
    }

    private static int Number(Span<byte> bytes, int at, long number)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes[at..], (ulong)number | 0xC000_0000_0000_0000);
        return at + 8;
    }

    private void Serve()
    {
        for (int sent = 0; _path.TryTakeTransmit(_buffer, _now, out int length); sent++, _sent++)
        {
            Invariant.Holds(length is > 0 and <= ReliablePath.MaxDatagramLength && ReliablePath.LooksLikeSegment(_buffer.AsSpan(0, length)), "What is sent is a packet.");
            Invariant.Holds(sent < MaxSentInStep, "It does not send without end.");
        }

        while (_path.TryTakeEvent(out ReliableEvent happened))
        {
            Invariant.Holds(++_handed < 1_000_000, "It does not tell without end.");
            if (happened.Conversation is null) _isClosedTold = _path.IsClosed;
            else Look(happened.Conversation);
        }

        Invariant.Holds(_path.BytesInFlight >= 0, "No less than nothing is on the way.");
        Invariant.Holds(_path.NextDeadline > _now || _path.IsClosed || IsDue(), "What is due now is done now.");
    }

    private bool IsDue()
    {
        _path.OnTime(_now);
        while (_path.TryTakeTransmit(_buffer, _now, out _))
        {
        }

        return _path.NextDeadline > _now || _path.IsClosed;
    }

    private void Look(Conversation conversation)
    {
        _known.Add(conversation);
        Invariant.Holds(conversation.ReadableLength is >= 0 and <= MaxWindow, "No more can be read than the window allows.");
        Invariant.Holds(conversation.WritableLength is >= 0 and <= MaxWindow, "No more is kept than the buffer holds.");
        if (_reads)
        {
            while (conversation.Read(_buffer) > 0)
            {
            }
        }

        _known.RemoveWhere(static known => known.IsOver);
        Invariant.Holds(_known.Count <= (2 * MaxConversations) + MaxOwn || _path.IsClosed, "There are no more conversations than there may be.");
    }
}
