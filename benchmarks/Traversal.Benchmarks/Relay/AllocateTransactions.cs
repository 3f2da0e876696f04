using Traversal.Primitives;
using Traversal.Turn.Server;

namespace Traversal.Benchmarks.Relay;

/// <summary>
/// Authenticated Allocate requests of as many clients, signed beforehand with a good nonce: the machine checks nonce and integrity, makes the
/// allocation and signs the reply.
/// </summary>
internal sealed class AllocateTransactions
{
    public const int Count = 20_000;

    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(1);

    private readonly RelayMachine _machine;
    private readonly byte[][] _requests = new byte[Count][];
    private readonly byte[] _reply = new byte[RelayMachine.MinReplyLength];
    private Clock _clock = RelayClients.Start;

    public AllocateTransactions()
    {
        RelayOptions options = RelayRequests.Options(Count);
        options.DefaultLifetime = options.MaxLifetime = Lifetime;
        _machine = new RelayMachine(options, RelayRequests.Credentials, RandomSource.Seeded(2));
        _machine.AddListener(RelayClients.Via, TransportAddress.Parse("198.0.2.1:3478"), ListenerKind.Datagram);
        var requests = new RelayRequests(RandomSource.Seeded(3));
        byte[] nonce = [];
        for (int client = 0; client < Count; client++)
        {
            if (client % RelayClients.ClientsOnAddress == 0)
                nonce = RelayClients.FetchNonce(_machine, requests, RelayClients.AddressOf(client), in _clock, _reply);
            _requests[client] = requests.Allocate(nonce);
        }

        if (Run(Count) != Count) throw new InvalidOperationException("The relay refused allocations.");
    }

    /// <summary>Makes the first allocations, up to <see cref="Count"/>. Returns how many were answered with success.</summary>
    public int Run(int count)
    {
        int made = 0;
        for (int client = 0; client < count; client++)
        {
            TransportAddress address = RelayClients.AddressOf(client);
            _machine.OnClientDatagram(RelayClients.Via, in address, _requests[client], _reply, in _clock);
            if (!_machine.TryTakeCommand(out RelayCommand command)) continue;

            RelayVerdict answer = _machine.OnRelayOpened(command.Allocation, new SocketId(client + 2), _reply, in _clock);
            if (answer.Action == RelayAction.Reply) made++;
        }

        return made;
    }

    /// <summary>Releases them all: their time is over. The wall clock, by which nonces age, stands still.</summary>
    public void Release()
    {
        _clock = _clock with { Now = _clock.Now + 2 * Lifetime };
        while (_machine.NextDeadline <= _clock.Now) _machine.OnTime(in _clock);
        while (_machine.TryTakeCommand(out RelayCommand command)) _machine.OnRelayClosed(command.Address);
    }
}
