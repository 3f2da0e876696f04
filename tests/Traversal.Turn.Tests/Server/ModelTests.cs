using FsCheck;
using FsCheck.Fluent;
using Traversal.Primitives;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

/// <summary>Random sequences of operations against a model that is too simple to be wrong.</summary>
public sealed class ModelTests
{
    private const int Clients = 3, Peers = 4, Channels = 4;

    private enum Kind
    {
        Allocate,
        Refresh,
        Delete,
        Permit,
        Bind,
        Send,
        ChannelData,
        FromPeer,
        Wait,
    }

    private sealed record Operation(Kind Kind, int Client, int Peer, int Channel, int Seconds)
    {
        public override string ToString() => $"{Kind}(c{Client} p{Peer} n{Channel} {Seconds}s)";
    }

    [Fact]
    public void The_machine_does_what_the_model_does()
    {
        Gen<Operation> operation =
            from kind in Gen.Choose(0, (int)Kind.Wait)
            from client in Gen.Choose(0, Clients - 1)
            from peer in Gen.Choose(0, Peers - 1)
            from channel in Gen.Choose(0, Channels - 1)
            from seconds in Gen.Elements(1, 10, 100, 250, 299, 301, 320)
            select new Operation((Kind)kind, client, peer, channel, seconds);
        Gen<Operation[]> sequences = operation.ArrayOf(120);
        Prop.ForAll(sequences.ToArbitrary(), Agree).Check(Config.QuickThrowOnFailure.WithMaxTest(150 * Soak.Factor));
    }

    private static void Agree(Operation[] operations)
    {
        var relay = new TestRelay(options => options.RepliesPerSecond = 0);
        TestClient[] clients = [.. Enumerable.Range(0, Clients).Select(i => new TestClient(relay, $"198.1.0.{i + 1}:{i + 1}"))];
        var models = new Model?[Clients];
        double now = 0;
        foreach (Operation operation in operations)
        {
            TestClient client = clients[operation.Client];
            ref Model? model = ref models[operation.Client];
            if (model?.ExpiresAt <= now) model = null;
            client.Nonce = [];
            string peer = PeerName(operation.Peer);
            var number = (ushort)(0x4000 + operation.Channel);
            switch (operation.Kind)
            {
                case Kind.Allocate:
                    Assert.Equal(model is null ? 0 : 437, client.Allocate().Code);
                    model ??= new Model { ExpiresAt = now + 600 };
                    break;

                case Kind.Refresh:
                    Assert.Equal(model is null ? 437 : 0, client.Refresh(900).Code);
                    if (model is not null) model.ExpiresAt = now + 900;
                    break;

                case Kind.Delete:
                    Assert.Equal(model is null ? 437 : 0, client.Refresh(0).Code);
                    model = null;
                    break;

                case Kind.Permit:
                    Assert.Equal(model is null ? 437 : 0, client.CreatePermission(peer).Code);
                    model?.Permit(operation.Peer, now);
                    break;

                case Kind.Bind:
                    Assert.Equal(model is null ? 437 : model.TryBind(operation.Channel, operation.Peer, now) ? 0 : 400, client.ChannelBind(number, peer).Code);
                    break;

                case Kind.Send:
                    Assert.Equal(model is null || !model.IsPermitted(operation.Peer, now), client.SendIndication(peer, [1]).IsNothing);
                    break;

                case Kind.ChannelData:
                    int? bound = model?.PeerOf(operation.Channel, now);
                    Sent sent = client.ChannelData(number, [1]);
                    Assert.Equal(bound is null, sent.IsNothing);
                    if (bound is { } target) Assert.Equal(TransportAddress.Parse(PeerName(target)), sent.Destination);
                    break;

                case Kind.FromPeer when model is not null:
                    AssertReceived(model, relay.FromPeer(client.Relay, TransportAddress.Parse(peer), [7]), operation.Peer, now);
                    break;

                case Kind.Wait:
                    relay.Advance(operation.Seconds);
                    now += operation.Seconds;
                    break;
            }
        }

        // Timers are late by their granularity.
        relay.Advance(0.02);
        now += 0.02;
        Assert.Equal(models.Count(model => model?.ExpiresAt > now), relay.OpenSockets);
        relay.Advance(4000);
        Assert.Equal(0, relay.OpenSockets);
        Assert.Equal(0, relay.Group.ChargedCount);
    }

    private static void AssertReceived(Model model, Sent sent, int peer, double now)
    {
        Assert.Equal(!model.IsPermitted(peer, now), sent.IsNothing);
        if (sent.IsNothing) return;

        if (model.ChannelOf(peer, now) is { } channel)
            Assert.Equal([0x40, (byte)channel, 0, 1, 7], sent.Bytes);
        else
            Assert.Equal(TransportAddress.Parse(PeerName(peer)), sent.Peer);
    }

    // The first two share an address.
    private static string PeerName(int peer) => $"9.9.9.{AddressOf(peer)}:{peer + 1}";

    private static int AddressOf(int peer) => Math.Max(peer, 1);

    private sealed class Model
    {
        private readonly Dictionary<int, double> _permissions = [];
        private readonly Dictionary<int, (int Peer, double ExpiresAt)> _channels = [];

        public double ExpiresAt { get; set; }

        public void Permit(int peer, double now) => _permissions[AddressOf(peer)] = now + 300;

        public bool IsPermitted(int peer, double now) => _permissions.GetValueOrDefault(AddressOf(peer)) > now;

        public bool TryBind(int channel, int peer, double now)
        {
            foreach ((int other, (int Peer, double ExpiresAt) binding) in _channels)
            {
                bool blocks = binding.ExpiresAt + 300 > now;
                if (blocks && (other == channel) != (binding.Peer == peer)) return false;
                if (!blocks) _channels.Remove(other);
            }

            _channels[channel] = (peer, now + 600);
            Permit(peer, now);
            return true;
        }

        public int? PeerOf(int channel, double now) =>
            _channels.TryGetValue(channel, out (int Peer, double ExpiresAt) binding) && binding.ExpiresAt > now ? binding.Peer : null;

        public int? ChannelOf(int peer, double now) =>
            _channels.Where(channel => channel.Value.Peer == peer && channel.Value.ExpiresAt > now).Select(channel => (int?)channel.Key).FirstOrDefault();
    }
}
