using Traversal.Primitives;
using Traversal.Turn;

namespace Traversal.Fuzz;

/// <content>How every story ends.</content>
internal sealed partial class RelayHarness
{
    /// <summary>
    /// The relayed addresses after a script, in the order of the clients: the random source decides, and it is the same in every run.
    /// </summary>
    public static TransportAddress[] FirstRelays(byte configuration, ReadOnlySpan<byte> bytes)
    {
        var harness = new RelayHarness(configuration);
        var script = new RelayScript(bytes);
        while (script.TryNext(out RelayEvent next)) harness.Tell(in next);
        return [.. harness._allocations.Where(allocation => allocation is not null).SelectMany(allocation => allocation!.Relays.Select(relay => relay.Address))];
    }

    private static readonly TimeSpan LongerThanEverything = TimeSpan.FromMinutes(90);

    /// <summary>After a long time nothing is left, and the server serves as on its first day.</summary>
    public void End()
    {
        Wait(LongerThanEverything, isDriverLate: false);
        while (_pending.Count > 0) AnswerCommand(0, 0);
        Invariant.Holds(_machine.AllocationCount == 0 && _open.Count == 0, "What is over is given back.");
        Invariant.Holds(_machine.NextDeadline == MonotonicTime.Never, "Nothing is left to wait for.");

        _machine.IsDraining = false;
        _machine.Credentials = RelayUsers.Everybody;
        AddListenerIPv4();
        ReadOnlySpan<byte> udp = [0x00, 0x19, 0x00, 0x04, (byte)TransportProtocol.Udp, 0, 0, 0];
        SendRequest(client: 0, new RelayEvent(RelayEventKind.Request, who: 0, flags: 0, udp));
        Invariant.Holds(_pending.Count == 1 && _group.ChargedCount == 1, "A new client is the only one.");
        AnswerCommand(0, 0);
        Invariant.Holds(_allocations[0] is not null, "It gets its relay.");
    }
}
