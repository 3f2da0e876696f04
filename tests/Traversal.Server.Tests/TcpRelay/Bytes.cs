using System.Net.Sockets;

namespace Traversal.Server.Tests.TcpRelay;

/// <summary>Sends and expects bytes that tell whether one is missing or out of place.</summary>
internal static class Bytes
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task SendAsync(Stream stream, long from, long count)
    {
        byte[] block = new byte[32_000];
        for (long end = from + count; from < end;)
        {
            int length = (int)Math.Min(block.Length, end - from);
            for (int i = 0; i < length; i++) block[i] = At(from + i);
            await stream.WriteAsync(block.AsMemory(0, length));
            from += length;
        }
    }

    public static async Task ExpectAsync(Stream stream, long from, long count)
    {
        using var deadline = new CancellationTokenSource(Patience);
        byte[] block = new byte[32_000];
        for (long end = from + count; from < end;)
        {
            int length = await stream.ReadAsync(block.AsMemory(0, (int)Math.Min(block.Length, end - from)), deadline.Token);
            Assert.NotEqual(0, length);
            for (int i = 0; i < length; i++)
            {
                if (block[i] != At(from + i)) Assert.Fail($"Byte {from + i} is wrong.");
            }

            from += length;
        }
    }

    public static async Task ExpectEndAsync(Stream stream)
    {
        using var deadline = new CancellationTokenSource(Patience);
        Assert.Equal(0, await stream.ReadAsync(new byte[1], deadline.Token));
    }

    /// <summary>Expects that the other side is gone, with an end or with a reset.</summary>
    public static async Task ExpectGoneAsync(Stream stream)
    {
        try
        {
            await ExpectEndAsync(stream);
        }
        catch (IOException reset) when (reset.InnerException is SocketException)
        {
            // As good as an end.
        }
    }

    /// <summary>Sends until the receiver holds up for a while; how much went out.</summary>
    public static async Task<long> SendUntilHeldUpAsync(Stream stream, long from, long atMost)
    {
        const int Block = 64_000;
        long sent = 0;
        while (sent < atMost)
        {
            Task sending = SendAsync(stream, from + sent, Block);
            if (await Task.WhenAny(sending, Task.Delay(2_000)) != sending) return sent;
            sent += Block;
        }

        return sent;
    }

    private static byte At(long position) => (byte)(position * 31 + (position >> 8) * 17 + (position >> 16));
}
