using System.Globalization;
using Traversal.Primitives;
using Traversal.Simulation;

namespace Traversal.Client.Tests.Simulated;

/// <summary>Connections to peers, with TLS and all, over the virtual network.</summary>
[Collection(nameof(VirtualTime))]
public sealed class PeersInVirtualTimeTests
{
    private const double S = PeerScene.S, R = PeerScene.R;

    // A timer's millisecond here and there.
    private const double Exact = 3;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_first_encrypted_byte_comes_two_round_trips_after_the_path_at_most(bool behindNats)
    {
        var scene = new PeerScene(behindNats ? new NatBehavior() : null);
        await scene.RunAsync(async () =>
        {
            Task<double> first = FirstByteAsync();
            (double alice, double bob) = await scene.ConnectAsync();

            // The path is there for whoever offers after 2 S and R, and TLS takes two round trips from there.
            Assert.InRange(alice, 0, (2 * S) + R + (2 * R) + Exact);
            Assert.InRange(bob, 0, (2 * S) + R + (1.5 * R) + Exact);
            Assert.InRange(await first, 0, (2 * S) + R + (2 * R) + Exact);

            async Task<double> FirstByteAsync()
            {
                await Task.Delay(TimeSpan.FromMilliseconds(2 * R), scene.World.Time);
                MonotonicTime start = scene.World.Now;
                await scene.Bob.ConnectAsync();
                PeerStream opened = await scene.Bob.OpenStreamAsync();
                await opened.WriteAsync(new byte[1]);
                await scene.Alice.ConnectAsync();
                PeerStream accepted = await scene.Alice.AcceptStreamAsync();
                Assert.Equal(1, await accepted.ReadAsync(new byte[1]));
                return (scene.World.Now - start).TotalMilliseconds;
            }
        });
    }

    [Fact]
    public async Task A_host_that_moves_in_the_midst_of_a_transfer_goes_on_with_it()
    {
        var scene = new PeerScene();
        await TransferAsync(scene, 20_000_000, 0.3, () =>
        {
            scene.AliceHost.Connect(scene.World.Network.Internet, TransportAddress.Parse("198.18.5.5:0"), Link.WithLatency(R / 4));
            scene.AliceHost.Disconnect(TransportAddress.Parse("198.18.1.1:0"));
        });
    }

    [Fact]
    public async Task A_path_that_falls_silent_is_left_for_another_long_before_ICE_would_leave_it()
    {
        var scene = new PeerScene();
        scene.AliceHost.Connect(scene.World.Network.Internet, TransportAddress.Parse("198.18.6.6:0"), Link.WithLatency(R / 4));
        TransportAddress? cut = null;
        scene.World.Network.Loses = packet => cut is { } address && (packet.Source.HasSameAddress(in address) || packet.Destination.HasSameAddress(in address));
        double took = await TransferAsync(scene, 20_000_000, 0.3, () => cut = scene.Alice.GetPairs().Single(pair => pair.IsSelected).Local.Address);

        // The silence, the signals, checks, and the rest of the transfer.
        Assert.InRange(took, 3000, 9000);
    }

    [Fact]
    public async Task Somebody_on_the_path_who_doubles_changes_and_invents_packets_neither_harms_the_bytes_nor_ends_the_connection()
    {
        var scene = new PeerScene();
        var attacker = new Host(scene.World.Network, scene.World.Network.Internet, TransportAddress.Parse("198.18.7.7:0"), Link.WithLatency(1));
        var random = new Random(5);
        bool isBusy = false;
        int count = 0;
        scene.World.Network.Sniffer = packet =>
        {
            if (isBusy || packet.IsTcp || packet.Bytes.Length < 20 || packet.Bytes[0] < 0xC0 || ++count % 4 != 0) return;

            isBusy = true;
            byte[] changed = [.. packet.Bytes], invented = [.. packet.Bytes];
            changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
            random.NextBytes(invented.AsSpan(1));
            foreach (byte[] bytes in (byte[][])[packet.Bytes, changed, invented, packet.Bytes[..^1], [.. packet.Bytes, 0]])
            {
                attacker.Send(packet.Source, packet.Destination, bytes);
                attacker.Send(packet.Destination, packet.Source, bytes); // Back to where it came from.
            }

            isBusy = false;
        };
        await TransferAsync(scene, 3_000_000, 0.5, static () => { });
        Assert.True(count > 1000, $"{count} packets");
    }

    [Fact]
    public async Task Without_UDP_it_is_TCP_and_two_round_trips_more()
    {
        var scene = new PeerScene();
        scene.World.Network.Loses = static packet => !packet.IsTcp;
        await scene.RunAsync(async () =>
        {
            (double alice, double bob) = await scene.ConnectAsync();
            Assert.Equal((PeerCarrierKind.Tcp, PeerCarrierKind.Tcp), (scene.Alice.Carrier, scene.Bob.Carrier));

            // A second for UDP alone, then the connection, the prefaces, and TLS.
            Assert.InRange(alice, 1000, 1000 + (2 * S) + (6 * R));
            Assert.InRange(bob, 1000, 1000 + (2 * S) + (6 * R));
        });
    }

    [Fact]
    public async Task A_path_that_is_found_and_then_carries_nothing_is_given_up_for_TCP()
    {
        var scene = new PeerScene();
        scene.World.Network.Loses = static packet => !packet.IsTcp && packet.Bytes[0] >= 0xC0;
        await scene.RunAsync(async () =>
        {
            (double alice, double bob) = await scene.ConnectAsync();
            Assert.Equal((PeerCarrierKind.Tcp, PeerCarrierKind.Tcp), (scene.Alice.Carrier, scene.Bob.Carrier));

            // Alice has waited for an answer on the path for as long as a handshake may take; Bob has seen nothing come by it.
            Assert.InRange(alice, 20_000, 22_000);
            Assert.InRange(bob, 20_000, 22_000);
        });
    }

    [Fact]
    public async Task A_peer_whose_host_is_gone_is_given_up_after_the_time_that_was_set()
    {
        var scene = new PeerScene(configure: static options => options with { IdleTimeout = TimeSpan.FromSeconds(40), KeepAliveInterval = TimeSpan.FromSeconds(10) });
        await scene.RunAsync(async () =>
        {
            await scene.ConnectAsync();
            MonotonicTime gone = scene.World.Now;
            scene.World.Do(() => scene.BobHost.Disconnect(TransportAddress.Parse("198.18.2.1:0")));
            PeerConnectionException failure = await Assert.ThrowsAsync<PeerConnectionException>(async () => await scene.Alice.AcceptStreamAsync());
            Assert.Contains(failure.Reason, (PeerCloseReason[])[PeerCloseReason.TimedOut, PeerCloseReason.Lost]);
            Assert.InRange((scene.World.Now - gone).TotalSeconds, 30, 55);
        });
    }

    [Fact]
    public async Task An_idle_connection_stays_for_hours_behind_NATs_that_forget()
    {
        var scene = new PeerScene(new NatBehavior());
        await scene.RunAsync(async () =>
        {
            await scene.ConnectAsync();
            PeerStream stream = await scene.Alice.OpenStreamAsync();
            await stream.WriteAsync(new byte[1]);
            PeerStream other = await scene.Bob.AcceptStreamAsync();
            await other.ReadExactlyAsync(new byte[1]);

            await Task.Delay(TimeSpan.FromMinutes(40), scene.World.Time);
            await other.WriteAsync(new byte[] { 9 });
            byte[] got = new byte[1];
            await stream.ReadExactlyAsync(got);
            Assert.Equal(9, got[0]);
        });
    }

    /// <summary>Random links, NATs and moves; what was written arrives. With TLS, whose randomness is its own: two runs of a seed are alike, but not the same.</summary>
    [Fact]
    public async Task Whatever_happens_the_bytes_are_those_that_were_written()
    {
        int runs = 12 * (int.TryParse(Environment.GetEnvironmentVariable("TRAVERSAL_SOAK"), CultureInfo.InvariantCulture, out int soak) ? soak : 1);
        for (ulong seed = 1; seed <= (ulong)runs; seed++)
        {
            var random = new Random((int)seed);
            NatBehavior? nat = random.Next(2) == 0 ? null : new NatBehavior();
            var link = new Link
            {
                Latency = TimeSpan.FromMilliseconds(random.Next(1, 60)),
                Jitter = TimeSpan.FromMilliseconds(random.Next(0, 10)),
                Loss = random.Next(3) == 0 ? 0 : random.NextDouble() * 0.05,
                Duplication = random.NextDouble() * 0.03,
            };
            var scene = new PeerScene(nat, link, seed);
            int moves = nat is null ? random.Next(3) : 0;
            await TransferAsync(scene, random.Next(1, 3_000_000), 0.2 + random.NextDouble(), () =>
            {
                for (int move = 0; move < moves; move++)
                {
                    TransportAddress next = TransportAddress.Parse($"198.18.{20 + move}.{seed % 200 + 1}:0");
                    scene.World.Network.Schedule(TimeSpan.FromSeconds(move * 8), () =>
                    {
                        TransportAddress[] gone = [.. scene.AliceHost.Addresses];
                        scene.AliceHost.Connect(scene.World.Network.Internet, in next, link);
                        foreach (TransportAddress address in gone) scene.AliceHost.Disconnect(in address);
                    });
                }
            });
        }
    }

    /// <summary>Bytes go both ways, and after a time something happens.</summary>
    /// <returns>How many milliseconds passed from then until all had arrived.</returns>
    private static async Task<double> TransferAsync(PeerScene scene, int length, double after, Action happens)
    {
        byte[] there = new byte[length], back = new byte[length / 3];
        new Random(length).NextBytes(there);
        new Random(~length).NextBytes(back);
        double took = 0;
        await scene.RunAsync(async () =>
        {
            await scene.ConnectAsync();
            PeerStream stream = await scene.Alice.OpenStreamAsync();
            Task writing = WriteAsync(stream, there);
            PeerStream other = await scene.Bob.AcceptStreamAsync();
            Task writingBack = WriteAsync(other, back);
            Task<byte[]> got = Peers.PeerConnectionTests.ReadAllAsync(other, default), gotBack = Peers.PeerConnectionTests.ReadAllAsync(stream, default);

            await Task.Delay(TimeSpan.FromSeconds(after), scene.World.Time);
            MonotonicTime then = scene.World.Now;
            scene.World.Do(happens);
            await Task.WhenAll(writing, writingBack);
            Assert.True((await got).AsSpan().SequenceEqual(there), $"Seed {scene.World.Network.Seed}: other bytes arrived.");
            Assert.True((await gotBack).AsSpan().SequenceEqual(back), $"Seed {scene.World.Network.Seed}: other bytes came back.");
            took = (scene.World.Now - then).TotalMilliseconds;
            await scene.Alice.CloseAsync(1);
        });
        return took;
    }

    private static async Task WriteAsync(PeerStream stream, byte[] bytes)
    {
        await stream.WriteAsync(bytes);
        stream.CompleteWrites();
    }
}
