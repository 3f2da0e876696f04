using Traversal.Primitives;
using Traversal.Turn.Client;

namespace Traversal.Fuzz;

/// <summary>An allocation with its driver, a server that says what the script wants, and a model of what may come of it, in virtual time.</summary>
internal sealed partial class ClientHarness
{
    /// <summary>More messages than this after one event are a loop.</summary>
    private const int MaxTransmits = 64;

    private static readonly TransportAddress[] Peers =
    [
        TransportAddress.Parse("9.9.9.9:9"), TransportAddress.Parse("9.9.9.9:10"), TransportAddress.Parse("9.9.9.8:8"), TransportAddress.Parse("[2a00:9::1]:9"),
        TransportAddress.Parse("9.9.9.7:0"), TransportAddress.Parse("0.0.0.0:1"), TransportAddress.Parse("9.9.9.6:6"), TransportAddress.Parse("[2a00:9::2]:9"),
    ];

    private static readonly TimeSpan[] Steps =
    [
        TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60),
    ];

    private readonly TurnAllocationOptions _options;
    private readonly TurnAllocation _allocation;
    private readonly byte[] _transmit = new byte[TurnAllocation.MaxTransmitLength];
    private readonly List<byte[]> _requests = [];
    private readonly HashSet<TransportAddress> _wanted = [];
    private MonotonicTime _now = new(1_000_000_000);
    private bool _hasEnded;

    public ClientHarness(byte configuration)
    {
        _options = ClientConfiguration.Options(configuration);
        _allocation = new TurnAllocation(_options, new TurnServerMemory(), ClientKeys.Alice, RandomSource.Seeded(1), _now);
        Drive();
    }

    /// <summary>Lets an event happen and checks what came of it.</summary>
    public void Tell(in ClientEvent next)
    {
        switch (next.Kind)
        {
            case ClientEventKind.Bytes: Arrive(next.Payload); break;
            case ClientEventKind.Success: Answer(in next, isSuccess: true); break;
            case ClientEventKind.Error: Answer(in next, isSuccess: false); break;
            case ClientEventKind.Challenge: Challenge(in next); break;
            case ClientEventKind.Data: ArriveFromPeer(in next); break;
            case ClientEventKind.Peer: DoWithPeer(in next); break;
            case ClientEventKind.Allocation: DoWithAllocation(in next); break;
            case ClientEventKind.Time: Wait((next.Who + 1) * Steps[next.Flags % Steps.Length]); break;
        }

        Drive();
    }

    /// <summary>A server that falls silent, and an application that gives it up: both must come to an end.</summary>
    public void End()
    {
        _allocation.Close(_now);
        Drive();
        for (int i = 0; i < 100 && _allocation.State != TurnAllocationState.Ended; i++) Wait(TimeSpan.FromSeconds(1));
        Invariant.Holds(_allocation.State == TurnAllocationState.Ended, "What is given up ends.");
    }

    private void Wait(TimeSpan time)
    {
        MonotonicTime end = _now + time;
        for (int i = 0; _allocation.NextDeadline <= end; i++)
        {
            Invariant.Holds(i < 5_000, "The machine does not want attention all the time.");
            if (_allocation.NextDeadline > _now) _now = _allocation.NextDeadline;
            _allocation.OnTime(_now);
            Drive();
        }

        _now = end;
        _allocation.OnTime(_now);
        Drive();
    }

    private void Drive()
    {
        int taken = 0;
        while (_allocation.TryTakeTransmit(_transmit, _now, out int length))
        {
            Invariant.Holds(++taken < MaxTransmits, "Messages come to an end.");
            Sent(_transmit.AsSpan(0, length));
        }

        while (_allocation.TryTakeEvent(out TurnEvent happened))
        {
            Invariant.Holds(!_hasEnded, "The end is the last event.");
            _hasEnded = happened.Kind == TurnEventKind.Ended;
        }

        bool isOver = _allocation.State == TurnAllocationState.Ended;
        Invariant.Holds(isOver == _hasEnded && isOver == _allocation.Failure is not null, "The end is told, with its reason.");
        Invariant.Holds(isOver ? _allocation.NextDeadline == MonotonicTime.Never && taken == 0 : _allocation.NextDeadline > _now, "What was due has been done.");
    }
}
