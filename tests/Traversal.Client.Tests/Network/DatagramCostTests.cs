using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Traversal.Client.Network;
using Traversal.Primitives;

namespace Traversal.Client.Tests.Network;

/// <summary>Tests that measure the process run while no other does.</summary>
[CollectionDefinition(nameof(DatagramCostTests), DisableParallelization = true)]
public sealed class MeasuredAlone;

/// <summary>What a datagram costs beside the framework's own socket, in the same run: at most 1.15 of its CPU time.</summary>
[Collection(nameof(DatagramCostTests))]
public sealed class DatagramCostTests
{
    private const int Burst = 32, BurstsInRound = 200, Rounds = 40;
    private const double MostOfRaw = 1.15;
    private const int ThreadCpuTime = 3; // CLOCK_THREAD_CPUTIME_ID of Linux

    [Fact]
    public void A_datagram_costs_about_what_the_frameworks_socket_costs()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the clock of a thread's CPU time is asked as on Linux");
        using IDatagramSocket one = Open("127.0.0.1:0"), other = Open("127.0.0.1:0");
        using Socket rawOne = OpenRaw(), rawOther = OpenRaw();
        TransportAddress destination = other.LocalAddress;
        SocketAddress rawDestination = rawOther.LocalEndPoint!.Serialize(), rawSource = new(AddressFamily.InterNetwork);
        byte[] payload = new byte[160], buffer = new byte[1500];
        var ratios = new List<double>();

        // What disturbs the machine falls on both of a round, mostly, so that the median of their ratios says what a datagram costs. A machine that is disturbed
        // throughout gets more rounds.
        while (ratios.Count < Rounds || (ratios.Count < Rounds * 4 && Median(ratios) > MostOfRaw))
        {
            double raw = Measure(() => RunRaw(rawOne, rawOther, rawDestination, rawSource, payload, buffer));
            ratios.Add(Measure(() => RunOurs(one, other, in destination, payload, buffer)) / raw);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{Median(ratios):F3} of the framework's");
        Assert.InRange(Median(ratios), 0, MostOfRaw);
    }

    [Theory]
    [MemberData(nameof(DatagramSocketTests.Loopbacks), MemberType = typeof(DatagramSocketTests))]
    public async Task Sending_and_receiving_allocate_nothing(string loopback)
    {
        using IDatagramSocket one = Open(loopback), other = Open(loopback);
        byte[] payload = new byte[1200], buffer = new byte[1500];
        long least = long.MaxValue;
        for (int round = 0; round < 10; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await ExchangeAsync(one, other, payload, buffer, 4000);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        // The runtime allocates now and then for itself, as when it compiles anew; one object for each datagram would be 96 kB in every round.
        Assert.InRange(least, 0, 8000);
    }

    private static void RunOurs(IDatagramSocket one, IDatagramSocket other, in TransportAddress destination, byte[] payload, byte[] buffer)
    {
        for (int i = 0; i < Burst; i++) one.Send(payload, in destination);
        for (int i = 0; i < Burst; i++)
        {
            ValueTask<ReceivedDatagram> received = other.ReceiveAsync(buffer);
            if (!received.IsCompletedSuccessfully || !received.Result.IsOk) throw new IOException("The loopback lost a datagram.");
        }
    }

    private static void RunRaw(Socket one, Socket other, SocketAddress destination, SocketAddress source, byte[] payload, byte[] buffer)
    {
        for (int i = 0; i < Burst; i++) one.SendTo(payload, SocketFlags.None, destination);
        for (int i = 0; i < Burst; i++)
        {
            ValueTask<int> received = other.ReceiveFromAsync(buffer, SocketFlags.None, source);
            if (!received.IsCompletedSuccessfully || received.Result != payload.Length) throw new IOException("The loopback lost a datagram.");
        }
    }

    /// <summary>One datagram at a time, so that about every receive waits for the kernel to say that there is something.</summary>
    private static async Task ExchangeAsync(IDatagramSocket one, IDatagramSocket other, byte[] payload, byte[] buffer, int count)
    {
        for (int i = 0; i < count; i++)
        {
            ValueTask<ReceivedDatagram> receiving = other.ReceiveAsync(buffer);
            if (one.Send(payload, other.LocalAddress) != NetworkStatus.Ok || !(await receiving).IsOk) throw new IOException("The loopback lost a datagram.");
        }
    }

    private static double Median(List<double> ratios) => ratios.Order().ElementAt(ratios.Count / 2);

    private static double Measure(Action burst)
    {
        long start = Now();
        for (int i = 0; i < BurstsInRound; i++) burst();
        return (double)(Now() - start) / (BurstsInRound * Burst);
    }

    private static long Now()
    {
        Assert.Equal(0, GetTime(ThreadCpuTime, out TimeSpec time));
        return time.Seconds * 1_000_000_000 + time.Nanoseconds;
    }

    private static IDatagramSocket Open(string local) => SystemNetwork.Instance.OpenDatagram(TransportAddress.Parse(local)).Value!;

    private static Socket OpenRaw()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    private static extern int GetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
