using System.Globalization;

namespace Traversal.Interop.Tests.Programs;

/// <summary>
/// Tells a server that loses datagrams from a machine that stood still: then the kernel finds the receive buffer of a client or of a peer full, and says
/// so in its counters, while no socket of the server's has lost any.
/// </summary>
internal static class OverfullBuffers
{
    private const int MostRuns = 3;

    /// <summary>Runs a program that loads the server; again where datagrams were lost before or behind the server, so that a server at fault fails each time.</summary>
    public static async Task<ProgramResult> RunAsync(TraversalServer server, Func<ProgramResult, bool> isComplete, Func<Task<ProgramResult>> run)
    {
        for (int number = 1; ; number++)
        {
            long lost = Lost(), ofServer = LostBy(server.Process.Id);
            ProgramResult result = await run();
            (lost, ofServer) = (Lost() - lost, LostBy(server.Process.Id) - ofServer);
            result = result with { Transcript = string.Create(CultureInfo.InvariantCulture, $"{result.Transcript}\nrun {number}: {lost} datagrams found a buffer full, {ofServer} of them one of the server's") };
            bool isElsewhere = lost > 0 && ofServer == 0;
            if (isComplete(result) || !isElsewhere || number == MostRuns) return result;
        }
    }

    // All of the namespace's so far, those of sockets that are closed included. No file where the system is another one or has no IPv6.
    private static long Lost()
    {
        string[] datagrams = [.. Lines("/proc/net/snmp").Where(line => line.StartsWith("Udp:", StringComparison.Ordinal))];
        long lost = 0;
        if (datagrams is [var names, var values]) lost += long.Parse(values.Split(' ')[Array.IndexOf(names.Split(' '), "RcvbufErrors")], CultureInfo.InvariantCulture);
        foreach (string line in Lines("/proc/net/snmp6").Where(line => line.StartsWith("Udp6RcvbufErrors", StringComparison.Ordinal)))
            lost += long.Parse(line["Udp6RcvbufErrors".Length..], CultureInfo.InvariantCulture);
        return lost;
    }

    // Of the sockets that it has open: of each line of the table the tenth field names the socket, and the last one has its drops.
    private static long LostBy(int process)
    {
        string descriptors = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/fd");
        if (!Directory.Exists(descriptors)) return 0;

        HashSet<string?> own = [.. Directory.GetFiles(descriptors).Select(TargetOf)];
        return Lines("/proc/net/udp").Skip(1).Concat(Lines("/proc/net/udp6").Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => own.Contains($"socket:[{fields[9]}]"))
            .Sum(fields => long.Parse(fields[^1], CultureInfo.InvariantCulture));
    }

    private static string? TargetOf(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget;
        }
        catch (IOException)
        {
            // Closed since.
            return null;
        }
    }

    private static string[] Lines(string file) => File.Exists(file) ? File.ReadAllLines(file) : [];
}
