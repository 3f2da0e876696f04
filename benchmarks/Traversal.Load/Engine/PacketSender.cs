using Traversal.Load.Native;

namespace Traversal.Load.Engine;

/// <summary>
/// Sends the packets of one direction that are due, burst by burst, each burst to the next client. What the kernel does not take is
/// counted as unsent and not tried again.
/// </summary>
internal abstract class PacketSender(Traffic traffic, Directions direction)
{
    private const int MaxPacedPerTurn = 256;

    private readonly DirectionMeter _meter = traffic.Meter(direction);
    private readonly bool _isUp = direction == Directions.Up;
    private long _index;
    private int _nextClient;
    private int _nextSize;
    private int _waiting;

    protected Traffic Traffic { get; } = traffic;

    /// <summary>Whether bursts to different clients may leave with one system call.</summary>
    protected abstract bool JoinsClients { get; }

    /// <summary>Begins a phase.</summary>
    public void Start() => _index = 0;

    /// <summary>Sends what the schedule or the window allows at this moment. False when that is nothing.</summary>
    public bool SendDue(long now)
    {
        LoadOptions options = Traffic.Options;
        bool isPaced = options.IsPaced;
        int room = isPaced ? MaxPacedPerTurn : Math.Min(MessageBatch.Capacity, _meter.RoomIn(Traffic.WindowAt(now), now));
        int budget = room;
        while (budget > 0)
        {
            long intended = isPaced ? Traffic.StartedAt + Traffic.Schedule.IntendedAt(_index) : PreciseTimer.Now;
            if (isPaced && intended > now) break;

            int count = Math.Min(budget, options.Burst - (int)(_index % options.Burst));
            if (_waiting + count > MessageBatch.Capacity) FlushWaiting();
            WriteBurst(count, intended, isPaced ? PreciseTimer.Now - intended : 0);
            _index += count;
            budget -= count;
            if (!JoinsClients) FlushWaiting();
        }

        FlushWaiting();
        return budget < room;
    }

    /// <summary>When the next packet is meant to leave.</summary>
    public long NextIntended => Traffic.StartedAt + Traffic.Schedule.IntendedAt(_index);

    /// <summary>Counts what was due before the end of the phase and is still not sent.</summary>
    public void Finish(long end)
    {
        if (Traffic.Options.IsPaced) _meter.OnUnsent(Math.Max(0, Traffic.Schedule.CountBefore(end - Traffic.StartedAt) - _index));
    }

    /// <summary>Puts a packet into slot <paramref name="slot"/> of what is flushed next.</summary>
    protected abstract void Write(int slot, Client client, int size, in PacketStamp stamp);

    /// <summary>Sends the first <paramref name="count"/> slots. Returns how many were taken.</summary>
    protected abstract int Flush(int count);

    /// <summary>Sends slots of a batch through one socket, over errors that earlier packets left behind.</summary>
    protected int SendAll(MessageBatch batch, NativeSocket socket, int count)
    {
        int sent = 0;
        for (int errors = 0; sent < count && errors < MessageBatch.Capacity;)
        {
            int result = batch.Send(socket, sent, count - sent);
            if (result > 0)
            {
                sent += result;
                continue;
            }

            if (-result is (int)Errno.Again or (int)Errno.NoBuffers) break;

            if (-result != (int)Errno.Interrupted) Traffic.Errors++;
            errors++;
        }

        return sent;
    }

    private void WriteBurst(int count, long intended, long lateness)
    {
        Client client = Traffic.Clients[_nextClient];
        int size = Traffic.Options.Sizes[_nextSize];
        for (int packet = 0; packet < count; packet++)
        {
            uint sequence = _isUp ? ++client.UpSequence : ++client.DownSequence;
            Write(_waiting++, client, size, new PacketStamp(intended, client.Index, Traffic.Phase.Number, sequence));
            if (Traffic.Options.IsPaced) _meter.Lateness.Record(lateness);
        }

        if (++_nextClient == Traffic.Clients.Length) _nextClient = 0;
        if (++_nextSize == Traffic.Options.Sizes.Count) _nextSize = 0;
    }

    private void FlushWaiting()
    {
        if (_waiting == 0) return;

        int sent = Flush(_waiting);
        _meter.OnSent(sent);
        _meter.OnUnsent(_waiting - sent);
        _waiting = 0;
    }
}
