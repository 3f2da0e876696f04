using Traversal.Primitives;
using Traversal.Simulation;

namespace Traversal.Connectivity.Tests;

/// <summary>A packet of data allocates nothing, either way, directly and by a relay.</summary>
public sealed class DataPathTests
{
    private const int Packets = 20_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sending(bool isRelayed)
    {
        ConnectivityHost host = Connected(isRelayed).Offerer;
        byte[] packet = new byte[ConnectivityMachine.Headroom + 160 + ConnectivityMachine.Tailroom];
        MonotonicTime now = MonotonicTime.Zero + TimeSpan.FromSeconds(1100);
        AssertAllocatesNothing(() =>
        {
            if (host.Machine.TryRouteDirect(160, out _) == isRelayed) throw new InvalidOperationException();
            if (!host.Machine.TryWrap(packet, 160, now, out _)) throw new InvalidOperationException();
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Receiving(bool isRelayed)
    {
        Scene scene = Connected(isRelayed);
        Packet? sent = null;
        scene.Network.Sniffer = packet =>
        {
            if (packet.Destination == scene.AddressOf(scene.Offerer)) sent = packet;
        };
        scene.Answerer.Send(new byte[160]);
        scene.Network.Run(TimeSpan.FromSeconds(1));
        Packet arrived = sent!.Value;
        ConnectivityMachine machine = scene.Offerer.Machine;
        MonotonicTime now = scene.Network.Now;
        AssertAllocatesNothing(() =>
        {
            if (machine.OnPacket(arrived.Destination, arrived.Source, arrived.Bytes, now) is not { Kind: ConnectivityArrivalKind.Data, Length: 160 })
                throw new InvalidOperationException();
        });
    }

    private static Scene Connected(bool isRelayed)
    {
        Scene scene = new Scene(configure: options => options.Policy = isRelayed ? CandidatePolicy.RelayOnly : CandidatePolicy.All).Gather();
        scene.Connect();
        scene.AssertConnected();
        return scene;
    }

    private static void AssertAllocatesNothing(Action packet)
    {
        for (int i = 0; i < 100; i++) packet();

        // The runtime itself may allocate once while it compiles; a packet that allocates does so in every round.
        long least = long.MaxValue;
        for (int round = 0; round < 5 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Packets; i++) packet();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
