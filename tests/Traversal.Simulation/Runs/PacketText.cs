using Traversal.Stun;

namespace Traversal.Simulation.Runs;

/// <summary>Says what a packet is.</summary>
internal static class PacketText
{
    private const int MostBytes = 8;

    public static string Of(in Packet packet) => $"{packet.Source} > {packet.Destination} {Of(packet.Bytes)}";

    private static string Of(byte[] bytes)
    {
        if (StunMessage.TryParse(bytes, out StunMessage message) != StunParseStatus.Ok)
            return $"{bytes.Length} bytes {Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, MostBytes)))}";

        string role = message.Has(StunAttributeType.IceControlling) ? " controlling" : message.Has(StunAttributeType.IceControlled) ? " controlled" : "";
        string nomination = message.Has(StunAttributeType.UseCandidate) ? " nominates" : "";
        if (message.TryGetNomination(out uint number)) nomination += $" {number}";
        string error = message.TryGetErrorCode(out StunErrorCode code, out _) ? $" {(int)code}" : "";
        return $"{message.Method} {message.Class}{error}{role}{nomination} {message.TransactionId}";
    }
}
