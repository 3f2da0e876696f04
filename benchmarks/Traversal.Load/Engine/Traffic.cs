using Traversal.Load.Measurement;

namespace Traversal.Load.Engine;

/// <summary>The current phase and what is counted in it; shared by everything that sends and receives, on one thread.</summary>
internal sealed class Traffic(LoadOptions options, Client[] clients)
{
    private readonly int _onlySize = options.Sizes.Count == 1 ? options.Sizes[0] : 0;

    public LoadOptions Options { get; } = options;

    public Client[] Clients { get; } = clients;

    public DirectionMeter Up { get; } = new();

    public DirectionMeter Down { get; } = new();

    /// <summary>Packets that arrived damaged, at the wrong client or peer, or from nowhere.</summary>
    public long Bad { get; private set; }

    /// <summary>Errors that sockets reported, such as a server that is gone.</summary>
    public long Errors { get; set; }

    public Phase Phase { get; private set; }

    public PacketSchedule Schedule { get; private set; }

    public long StartedAt { get; private set; }

    public DirectionMeter Meter(Directions direction) => direction == Directions.Up ? Up : Down;

    public void Start(in Phase phase, long now)
    {
        Phase = phase;
        Schedule = phase.CreateSchedule(Options);
        StartedAt = now;
        Bad = Errors = 0;
        Up.Start(now);
        Down.Start(now);
    }

    /// <summary>How many packets of a direction may be on their way, when there is no rate.</summary>
    public int WindowAt(long now)
    {
        if (!Phase.IsRising) return Options.Window;

        double share = Math.Min(1, (now - StartedAt) / Phase.Length.TotalNanoseconds);
        return Math.Max(1, (int)(Options.Window * share));
    }

    /// <summary>Judges a payload that arrived.</summary>
    /// <param name="direction">The direction that it was sent in.</param>
    /// <param name="flow">The client whose packets come here; -1 where all clients' do.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="now">When it was received.</param>
    public void OnPayload(Directions direction, int flow, ReadOnlySpan<byte> payload, long now)
    {
        if (!IsExpectedSize(payload.Length))
        {
            Bad++;
            return;
        }

        PacketStamp stamp = PacketStamp.Read(payload);
        if ((uint)stamp.Flow >= (uint)Clients.Length || flow >= 0 && stamp.Flow != flow)
        {
            Bad++;
            return;
        }

        if (stamp.Phase != Phase.Number) return;

        Client client = Clients[stamp.Flow];
        bool isUp = direction == Directions.Up;
        Arrival arrival = isUp ? client.UpArrivals.Note(stamp.Sequence) : client.DownArrivals.Note(stamp.Sequence);
        (isUp ? Up : Down).OnArrival(arrival, payload.Length, now - stamp.Intended, now);
    }

    public void OnUnreadable() => Bad++;

    private bool IsExpectedSize(int length) => _onlySize != 0 ? length == _onlySize : Options.Sizes.Contains(length);
}
