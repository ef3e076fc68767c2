"""The protocol of MoonLite's focusers, which many home-made ones speak too.

Source: MoonLite's High Resolution Stepper manual (command table), and the firmware of focusers that speak it.
"""
