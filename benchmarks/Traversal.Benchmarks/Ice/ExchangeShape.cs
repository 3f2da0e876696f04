namespace Traversal.Benchmarks.Ice;

/// <summary>How datagrams are exchanged.</summary>
/// <param name="Window">How many are on the way.</param>
/// <param name="Length">Their length in bytes.</param>
/// <param name="Order">Who waits for whom.</param>
internal readonly record struct ExchangeShape(int Window, int Length, ExchangeOrder Order)
{
    public byte[] Payload()
    {
        byte[] payload = new byte[Length];
        payload[0] = 0xC0; // No message of STUN.
        return payload;
    }
}
