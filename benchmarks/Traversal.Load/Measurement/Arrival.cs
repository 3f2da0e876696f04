namespace Traversal.Load.Measurement;

/// <summary>How a packet stands to those of its flow that came before.</summary>
internal enum Arrival : byte
{
    InOrder,
    OutOfOrder,
    Duplicate,
}
