using Traversal.Primitives;
using Traversal.Turn.Server;

namespace Traversal.Fuzz;

/// <summary>A relay with its driver, its clients and a model of what it may do, in virtual time.</summary>
internal sealed partial class RelayHarness
{
    private const int FirstRelaySocket = 1000;
    private const int LargePayload = 60_000;

    private static readonly TimeSpan[] Steps =
    [
        TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60),
    ];

    private readonly RelayOptions _options;
    private readonly RelayGroup _group;
    private readonly RelayMachine _machine;
    private readonly bool _opensAtOnce;
    private readonly byte[] _reply = new byte[4096];
    private readonly List<RelaySocket> _pending = [];
    private readonly List<RelaySocket> _open = [];
    private readonly List<int> _closedHandles = [0];
    private readonly ModelAllocation?[] _allocations = new ModelAllocation?[RelayClients.All.Length];
    private readonly byte[]?[] _nonces = new byte[RelayClients.All.Length][];
    private readonly bool[] _isConnected = new bool[RelayClients.All.Length];
    private bool _hasListenerIPv6;
    private PeerPolicy _policy;
    private Clock _now = new(new MonotonicTime(1_000_000_000), RelayUsers.Start);
    private int _nextSocket = FirstRelaySocket;
    private byte _lastNumber;
    private ulong _token;

    public RelayHarness(byte configuration)
    {
        _options = RelayServer.Options(configuration);
        _policy = _options.PeerPolicy;
        _opensAtOnce = RelayServer.OpensAtOnce(configuration);
        _group = new RelayGroup(_options, RandomSource.Seeded(1));
        _machine = new RelayMachine(_group, 0, RelayUsers.Everybody, RandomSource.Seeded(2));
        AddListenerIPv4();
    }

    /// <summary>Lets an event happen and checks what came of it.</summary>
    public void Tell(in RelayEvent next)
    {
        int client = next.Who % RelayClients.All.Length;
        switch (next.Kind)
        {
            case RelayEventKind.Datagram: SendDatagram(client, in next); break;
            case RelayEventKind.Request: SendRequest(client, in next); break;
            case RelayEventKind.PeerDatagram: SendFromPeer(in next); break;
            case RelayEventKind.Time: Wait((next.Who + 1) * Steps[next.Flags % Steps.Length], isDriverLate: next.Has(7)); break;
            case RelayEventKind.RelayAnswer when _pending.Count > 0: AnswerCommand(next.Who % _pending.Count, next.Flags & 3); break;
            case RelayEventKind.Connection: ToggleConnection(next.Who); break;
            case RelayEventKind.Administration: Administer(next.Flags & 7); break;
            case RelayEventKind.Stray: Stray(in next); break;
        }

        if (_opensAtOnce && next.Kind != RelayEventKind.RelayAnswer)
        {
            while (_pending.Count > 0) AnswerCommand(0, 0);
        }

        Invariant.Holds(
            _machine.AllocationCount <= _options.MaxAllocations && _group.ChargedCount <= _options.MaxAllocations,
            "The tables are bounded.");
    }

    private void AddListenerIPv4() => _machine.AddListener(RelayClients.ListenerIPv4, in RelayClients.ServerIPv4, ListenerKind.Datagram);

    // Only for who uses it: a relay address has tables that cost more than most scripts.
    private void AddListenerIPv6()
    {
        if (!_hasListenerIPv6) _machine.AddListener(RelayClients.ListenerIPv6, in RelayClients.ServerIPv6, ListenerKind.Datagram);
        _hasListenerIPv6 = true;
    }

    private void Wait(TimeSpan time, bool isDriverLate)
    {
        _now = new Clock(_now.Now + time, _now.Utc + time);
        if (isDriverLate) return;

        _machine.OnTime(in _now);
        TakeCommands();
        Invariant.Holds(_machine.NextDeadline > _now.Now, "What was due has been done.");
    }

    private void ToggleConnection(byte who)
    {
        int client = Array.FindIndex(RelayClients.All, candidate => candidate.IsStream) + who % 2;
        RelayClient stream = RelayClients.All[client];
        _isConnected[client] ^= true;
        if (_isConnected[client])
        {
            _machine.OnClientConnected(stream.Via, stream.Server, stream.Address);
            return;
        }

        _machine.OnClientGone(stream.Via, in _now);
        TakeCommands();
        Invariant.Holds(_allocations[client] is null, "The allocation goes with its connection.");
    }

    private void Administer(int what)
    {
        switch (what)
        {
            case 0: _machine.IsDraining ^= true; break;
            case 1: _machine.Credentials = RelayUsers.OnlyAlice; break;
            case 2: _machine.Credentials = RelayUsers.Everybody; break;
            case 3: ReplacePolicy(PeerPolicy.Default); break;
            case 4: ReplacePolicy(RelayServer.PortPolicy); break;
            case 5: ReplacePolicy(RelayServer.StrictPolicy); break;
            case 6: _machine.OnClientGone(RelayClients.ListenerIPv4, in _now); break;
            case 7: AddListenerIPv4(); break;
        }

        TakeCommands();
    }

    private void ReplacePolicy(PeerPolicy policy)
    {
        _policy = policy;
        _machine.ReplacePeerPolicy(policy);
    }
}
