using System.Globalization;
using Traversal.Client;

namespace Traversal.Benchmarks.Peer;

/// <summary>What an idle connection keeps, a side: many are made, both ends in this process, and what the process has grown by is divided.</summary>
internal static class IdleMemory
{
    private const int Warm = 150, Count = 500;

    public static Task<(long Resident, long Managed)> OfPeerConnectionAsync() => MeasureAsync(static async Task<IAsyncDisposable> () =>
    {
        PeerEnds ends = await PeerEnds.ConnectAsync().ConfigureAwait(false);
        PeerStream opened = await ends.One.OpenStreamAsync().ConfigureAwait(false);
        await opened.WriteAsync(new byte[1000]).ConfigureAwait(false);
        PeerStream accepted = await ends.Other.AcceptStreamAsync().ConfigureAwait(false);
        await accepted.ReadExactlyAsync(new byte[1000]).ConfigureAwait(false);
        return ends;
    });

    public static Task<(long Resident, long Managed)> OfTlsOverTcpAsync() => MeasureAsync(static async Task<IAsyncDisposable> () =>
    {
        TlsEnds ends = await TlsEnds.ConnectAsync().ConfigureAwait(false);
        await ends.One.WriteAsync(new byte[1000]).ConfigureAwait(false);
        await ends.Other.ReadExactlyAsync(new byte[1000]).ConfigureAwait(false);
        _ = ends.Other.ReadAsync(new byte[1]).AsTask();
        _ = ends.One.ReadAsync(new byte[1]).AsTask();
        return ends;
    });

    private static async Task<(long Resident, long Managed)> MeasureAsync(Func<Task<IAsyncDisposable>> connect)
    {
        List<IAsyncDisposable> kept = [];
        for (int i = 0; i < Warm; i++) kept.Add(await connect().ConfigureAwait(false));
        (long resident, long managed) = Now();
        for (int i = 0; i < Count; i++) kept.Add(await connect().ConfigureAwait(false));
        (long residentAfter, long managedAfter) = Now();
        await Task.WhenAll(kept.Select(static one => one.DisposeAsync().AsTask())).ConfigureAwait(false);
        return ((residentAfter - resident) / Count / 2, (managedAfter - managed) / Count / 2);
    }

    private static (long Resident, long Managed) Now()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        string resident = File.ReadLines("/proc/self/status").First(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return (long.Parse(resident.AsSpan(6).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) * 1024, GC.GetTotalMemory(forceFullCollection: true));
    }
}
