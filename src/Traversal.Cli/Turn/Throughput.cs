namespace Traversal.Cli.Turn;

/// <summary>What went there and back with a window of datagrams on the way.</summary>
internal sealed record Throughput(int Sent, int Received, int DatagramBytes, TimeSpan Time)
{
    public double PacketsPerSecond => Received / Time.TotalSeconds;

    public double MegabitsPerSecond => PacketsPerSecond * DatagramBytes * 8 / 1e6;
}
